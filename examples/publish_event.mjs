// Publish events on Attune's bus: node publish_event.mjs BUS_NAME FILE.ndjson
// First, in this folder: npm install

import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";

const SOURCE = "app.shop"; // who is speaking; "attune" alone is Attune's own and is not listened to
const ENTRIES_A_REQUEST = 10; // and less than 1 MB
const TRIES = 5;

/** Wrap one call of the Segment spec for PutEvents. */
const entryFor = (bus, call) => ({
  EventBusName: bus,
  Source: SOURCE,
  DetailType: call.type,
  Detail: JSON.stringify(call),
});

/** Offer one request's entries until every one was taken. A call keeps its messageId, so it counts once. */
async function put(events, entries) {
  let refused;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const answer = await events.send(new PutEventsCommand({ Entries: entries }));
    if (!answer.FailedEntryCount) return;
    // PutEvents does not throw for single entries: the answer says, in order, which of them failed and why.
    refused = answer.Entries.find((told) => told.ErrorCode);
    entries = entries.filter((_, index) => answer.Entries[index].ErrorCode);
    await pause(200 * 2 ** attempt);
  }
  throw new Error(`${entries.length} events were refused ${TRIES} times: ${refused.ErrorCode}`);
}

const [bus, file] = process.argv.slice(2);
if (!bus || !file) {
  console.error("usage: node publish_event.mjs BUS_NAME FILE.ndjson");
  process.exit(2);
}
const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line.trim());
const entries = lines.map((line) => entryFor(bus, JSON.parse(line)));
const events = new EventBridgeClient();
for (let start = 0; start < entries.length; start += ENTRIES_A_REQUEST) {
  await put(events, entries.slice(start, start + ENTRIES_A_REQUEST));
}
console.log(`${entries.length} events published on ${bus}`);
