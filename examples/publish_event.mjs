// Publish events on Attune's bus: node publish_event.mjs BUS_NAME FILE.ndjson
// First, in this folder: npm ci. Copy it into your application: it needs nothing but the AWS SDK.

import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";

const SOURCE = "app.shop"; // who is speaking; "attune" alone is Attune's own and is not listened to
const ENTRIES_A_REQUEST = 10;
const BYTES_A_REQUEST = 1_000_000; // PutEvents takes less than 1 MB, source and detail type included
const BYTES_AN_EVENT = 255 * 1024; // Attune reads events of at most 256 KiB, what EventBridge puts around them included
const TRIES = 5;
const LONGEST_PAUSE = 8_000; // milliseconds
const PASSING = new Set(["InternalFailure", "InternalException", "ThrottlingException", "ServiceUnavailable"]);

/**
 * What became of one event.
 * @typedef {{messageId: string, eventId?: string, error?: string, tries: number}} Receipt
 */

/**
 * Publish calls of the Segment spec and return a receipt for each, in their order.
 *
 * A call without messageId or timestamp gets them here: however often it is offered, it counts once, and at the time
 * it happened. The client repeats requests that fail as a whole; this repeats single entries.
 * @param {{send: Function}} client an EventBridgeClient
 * @param {string} bus
 * @param {object[]} calls
 * @returns {Promise<Receipt[]>}
 */
export async function publish(client, bus, calls, { source = SOURCE, sleep = pause } = {}) {
  const complete = calls.map((call) => ({ messageId: randomUUID(), timestamp: new Date().toISOString(), ...call }));
  const receipts = new Map(complete.map(({ messageId }) => [messageId, { messageId, error: "not offered", tries: 0 }]));
  for (const batch of batches(complete, bus, source, receipts)) {
    try {
      await put(client, batch, receipts, sleep);
    } catch (error) {
      // The request itself: what follows would fail the same way.
      const open = batch.filter(({ messageId }) => !receipts.get(messageId).eventId);
      for (const { messageId } of open) receipts.set(messageId, { messageId, error: String(error), tries: 1 });
      break;
    }
  }
  return complete.map(({ messageId }) => receipts.get(messageId));
}

/** Group calls into requests; what is too large gets its receipt at once. */
function* batches(calls, bus, source, receipts) {
  let batch = [];
  let size = 0;
  for (const call of calls) {
    const { messageId, type } = call;
    const entry = { EventBusName: bus, Source: source, DetailType: type, Detail: JSON.stringify(call) };
    const added = Buffer.byteLength(entry.Source + entry.DetailType + entry.Detail);
    if (added > BYTES_AN_EVENT) {
      receipts.set(messageId, { messageId, error: `${added} bytes are too many: send ids, not contents`, tries: 0 });
      continue;
    }
    if (batch.length === ENTRIES_A_REQUEST || size + added >= BYTES_A_REQUEST) {
      yield batch;
      batch = [];
      size = 0;
    }
    batch.push({ messageId, entry });
    size += added;
  }
  if (batch.length) yield batch;
}

/** Offer one request's entries until each was taken, was refused for good, or was offered often enough. */
async function put(client, batch, receipts, sleep) {
  let waiting = batch;
  for (let tries = 1; ; tries++) {
    // PutEvents does not throw for single entries: the answer says, in order, what became of each.
    const { Entries } = await client.send(new PutEventsCommand({ Entries: waiting.map(({ entry }) => entry) }));
    waiting = waiting.filter(({ messageId }, index) => {
      const { EventId: eventId, ErrorCode: error } = Entries[index];
      receipts.set(messageId, { messageId, eventId, error, tries });
      return PASSING.has(error);
    });
    if (!waiting.length || tries === TRIES) return;
    // Doubling, and by chance shorter, so that publishers that failed together do not come back together.
    await sleep(Math.min(200 * 2 ** tries, LONGEST_PAUSE) * (0.5 + Math.random() / 2));
  }
}

async function main() {
  const [bus, file] = process.argv.slice(2);
  if (!bus || !file) {
    console.error("usage: node publish_event.mjs BUS_NAME FILE.ndjson");
    process.exit(2);
  }
  let calls;
  try {
    const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line.trim());
    calls = lines.map((line) => JSON.parse(line));
  } catch (error) {
    console.error(`nothing was published from ${file}: ${error.message}`);
    process.exit(1);
  }
  const receipts = await publish(new EventBridgeClient(), bus, calls);
  const refused = receipts.filter(({ eventId }) => !eventId);
  for (const { messageId, error } of refused) console.error(`${messageId}: ${error}`);
  console.log(`${receipts.length - refused.length} of ${receipts.length} events published on ${bus}`);
  if (refused.length) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
