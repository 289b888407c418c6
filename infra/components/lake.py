"""The lake: every decision as Parquet by day, described to Athena, written by Firehose."""

from aws_cdk import Aws, Duration, RemovalPolicy, Stack
from aws_cdk import aws_athena as athena
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from attune.adapters.decision_columns import COLUMNS
from infra.components.acknowledgements import acknowledge
from infra.stage import Stage

TABLE, RESULTS, REPORTS = "decisions", "athena-results", "reports"
_PARQUET = "org.apache.hadoop.hive.ql.io.parquet"
SCAN_LIMIT = 10 * 1024**3
"""Bytes that one query may read: about five cents."""


class Lake(Construct):
    """Bucket, table, delivery stream and workgroup for the decision records."""

    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage) -> None:
        super().__init__(scope, construct_id)
        self.bucket = self._bucket(stage)
        self.database = f"attune_{stage.name}"
        self.table = self._table()
        self.stream = self._stream(stage)
        self.work_group = self._work_group(stage)

    def _bucket(self, stage: Stage) -> s3.Bucket:
        policy = RemovalPolicy.RETAIN if stage.retain_state else RemovalPolicy.DESTROY
        self.access_logs = s3.Bucket(
            self,
            "AccessLogs",
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            lifecycle_rules=[s3.LifecycleRule(expiration=Duration.days(90))],
            removal_policy=policy,
        )
        return s3.Bucket(
            self,
            "Bucket",
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            server_access_logs_bucket=self.access_logs,
            lifecycle_rules=[
                s3.LifecycleRule(prefix=f"{TABLE}/", expiration=Duration.days(stage.lake_days)),
                s3.LifecycleRule(prefix=f"{REPORTS}/", expiration=Duration.days(stage.lake_days)),
                s3.LifecycleRule(prefix=f"{RESULTS}/", expiration=Duration.days(7)),
                s3.LifecycleRule(prefix="errors/", expiration=Duration.days(30)),
                s3.LifecycleRule(abort_incomplete_multipart_upload_after=Duration.days(7)),
            ],
            removal_policy=policy,
        )

    def _table(self) -> glue.CfnTable:
        database = glue.CfnDatabase(
            self,
            "Database",
            catalog_id=Aws.ACCOUNT_ID,
            database_input=glue.CfnDatabase.DatabaseInputProperty(
                name=self.database, description="Attune: what was decided, and why"
            ),
        )
        location = f"s3://{self.bucket.bucket_name}/{TABLE}/"
        table = glue.CfnTable(
            self,
            "Table",
            catalog_id=Aws.ACCOUNT_ID,
            database_name=self.database,
            table_input=glue.CfnTable.TableInputProperty(
                name=TABLE,
                description="One row for each automated choice; at least once, so count distinct decision_id",
                table_type="EXTERNAL_TABLE",
                partition_keys=[glue.CfnTable.ColumnProperty(name="dt", type="string")],
                parameters=_projection(location),
                storage_descriptor=glue.CfnTable.StorageDescriptorProperty(
                    columns=[glue.CfnTable.ColumnProperty(name=name, type=type_) for name, type_ in COLUMNS.items()],
                    location=location,
                    input_format=f"{_PARQUET}.MapredParquetInputFormat",
                    output_format=f"{_PARQUET}.MapredParquetOutputFormat",
                    serde_info=glue.CfnTable.SerdeInfoProperty(
                        serialization_library=f"{_PARQUET}.serde.ParquetHiveSerDe"
                    ),
                ),
            ),
        )
        table.add_resource_dependency(database)
        return table

    def _stream(self, stage: Stage) -> firehose.CfnDeliveryStream:
        log_group = logs.LogGroup(
            self, "DeliveryLogs", retention=stage.log_retention, removal_policy=RemovalPolicy.DESTROY
        )
        log_stream = logs.LogStream(self, "DeliveryLog", log_group=log_group, removal_policy=RemovalPolicy.DESTROY)
        role = self._delivery_role(log_group)
        conversion = firehose.CfnDeliveryStream.DataFormatConversionConfigurationProperty(
            enabled=True,
            input_format_configuration=firehose.CfnDeliveryStream.InputFormatConfigurationProperty(
                deserializer=firehose.CfnDeliveryStream.DeserializerProperty(open_x_json_ser_de={})
            ),
            output_format_configuration=firehose.CfnDeliveryStream.OutputFormatConfigurationProperty(
                serializer=firehose.CfnDeliveryStream.SerializerProperty(parquet_ser_de={})
            ),
            schema_configuration=firehose.CfnDeliveryStream.SchemaConfigurationProperty(
                catalog_id=Aws.ACCOUNT_ID,
                region=Aws.REGION,
                database_name=self.database,
                table_name=self.table.ref,
                role_arn=role.role_arn,
            ),
        )
        stream = firehose.CfnDeliveryStream(
            self,
            "Stream",
            delivery_stream_type="DirectPut",
            delivery_stream_encryption_configuration_input={"keyType": "AWS_OWNED_CMK"},
            extended_s3_destination_configuration=firehose.CfnDeliveryStream.ExtendedS3DestinationConfigurationProperty(
                bucket_arn=self.bucket.bucket_arn,
                role_arn=role.role_arn,
                prefix=f"{TABLE}/dt=!{{timestamp:yyyy-MM-dd}}/",
                error_output_prefix="errors/!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/",
                # Parquet conversion refuses smaller buffers than 64 MiB.
                buffering_hints={"sizeInMBs": 64, "intervalInSeconds": 300},
                data_format_conversion_configuration=conversion,
                cloud_watch_logging_options={
                    "enabled": True,
                    "logGroupName": log_group.log_group_name,
                    "logStreamName": log_stream.log_stream_name,
                },
            ),
        )
        stream.node.add_dependency(role)
        return stream

    def _delivery_role(self, log_group: logs.LogGroup) -> iam.Role:
        role = iam.Role(self, "DeliveryRole", assumed_by=iam.ServicePrincipal("firehose.amazonaws.com"))
        catalogue = [
            Stack.of(self).format_arn(service="glue", resource=resource)
            for resource in ("catalog", f"database/{self.database}", f"table/{self.database}/{TABLE}")
        ]
        grants = {
            ("s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"): [self.bucket.bucket_arn],
            ("s3:AbortMultipartUpload", "s3:PutObject"): [
                self.bucket.arn_for_objects(f"{TABLE}/*"),
                self.bucket.arn_for_objects("errors/*"),
            ],
            ("glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"): catalogue,
        }
        for actions, resources in grants.items():
            role.add_to_policy(iam.PolicyStatement(actions=list(actions), resources=resources))
        log_group.grant(role, "logs:PutLogEvents")
        reason = "Firehose names each object itself; it may write below these two prefixes and nowhere else."
        bucket = Stack.of(self).get_logical_id(self.bucket.node.default_child)  # type: ignore[arg-type]
        acknowledge(
            role,
            {f"AwsSolutions-IAM5[Resource::<{bucket}.Arn>/{prefix}/*]": reason for prefix in (TABLE, "errors")},
        )
        return role

    def _work_group(self, stage: Stage) -> athena.CfnWorkGroup:
        return athena.CfnWorkGroup(
            self,
            "WorkGroup",
            name=f"attune-{stage.name}",
            description="Questions about decisions, with a limit on what one may read",
            recursive_delete_option=True,
            work_group_configuration=athena.CfnWorkGroup.WorkGroupConfigurationProperty(
                enforce_work_group_configuration=True,
                publish_cloud_watch_metrics_enabled=True,
                bytes_scanned_cutoff_per_query=SCAN_LIMIT,
                result_configuration=athena.CfnWorkGroup.ResultConfigurationProperty(
                    output_location=f"s3://{self.bucket.bucket_name}/{RESULTS}/",
                    encryption_configuration=athena.CfnWorkGroup.EncryptionConfigurationProperty(
                        encryption_option="SSE_S3"
                    ),
                ),
            ),
        )


def _projection(location: str) -> dict[str, str]:
    """Let Athena compute the days instead of looking partitions up: nobody has to add them."""
    return {
        "classification": "parquet",
        "EXTERNAL": "TRUE",
        "projection.enabled": "true",
        "projection.dt.type": "date",
        "projection.dt.format": "yyyy-MM-dd",
        "projection.dt.range": "2026-01-01,NOW",
        "projection.dt.interval": "1",
        "projection.dt.interval.unit": "DAYS",
        "storage.location.template": f"{location}dt=${{dt}}/",
    }
