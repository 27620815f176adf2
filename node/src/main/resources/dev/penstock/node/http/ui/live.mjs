// The stream of events: one for the whole dashboard, resumed where it ended.
import { Cell } from './view.mjs';
import { session } from './server.mjs';

const KEPT = 1000;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;

/** connecting, live or lost. */
export const connection = new Cell('connecting');
/** Durable events seen since the page was opened, the oldest first. */
export const events = new Cell([]);
/** How far jobs are that run, by id. */
export const progress = new Cell(new Map());
/** The devices as they were read last, or null. */
export const readings = new Cell(null);

const listeners = new Set();
/** Called with each durable event, and with null when some may have been missed. */
export const listen = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

let lastId = null;

const ENDED = new Set(['job.done', 'job.failed', 'job.cancelled', 'job.quarantined', 'job.backoff', 'job.queued']);

const forget = (job) => {
  if (!progress.value.has(job)) return;
  const left = new Map(progress.value);
  left.delete(job);
  progress.set(left);
};

const take = (kind, id, data) => {
  if (kind === 'progress') {
    const said = new Map(progress.value);
    (data.jobs ?? [data]).forEach((each) => said.set(each.job, each.progress ?? each));
    progress.set(said);
  } else if (kind === 'readings') {
    readings.set(data.devices ?? data);
  } else if (id !== null) {
    lastId = id;
    events.set([...events.value.slice(1 - KEPT), data]);
    if (data.job && ENDED.has(data.kind)) forget(data.job);
    listeners.forEach((each) => each(data));
  }
};

const message = (block) => {
  let kind = 'message';
  let id = null;
  const data = [];
  for (const line of block.split('\n')) {
    if (line.startsWith('event:')) kind = line.slice(6).trim();
    else if (line.startsWith('id:')) id = line.slice(3).trim();
    else if (line.startsWith('data:')) data.push(line.slice(5).trimStart());
  }
  if (data.length) take(kind, id, JSON.parse(data.join('\n')));
};

const read = async (body) => {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop();
    blocks.forEach(message);
  }
};

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

let running = null;

let wasOpen = false;

const run = async (signal) => {
  let wait = FIRST_WAIT;
  while (!signal.aborted) {
    try {
      const response = await fetch('/v1/events', {
        signal,
        credentials: 'same-origin',
        headers: { Accept: 'text/event-stream', ...(lastId === null ? {} : { 'Last-Event-ID': lastId }) },
      });
      if (response.status === 401) {
        session.set(null);
        return;
      }
      if (!response.ok) throw new Error(String(response.status));
      connection.set('live');
      wait = FIRST_WAIT;
      // Without an id what happened in between is not known.
      if (wasOpen) listeners.forEach((each) => each(null));
      wasOpen = true;
      await read(response.body);
    } catch {
      // It went away, or was never there; it is tried again.
    }
    if (signal.aborted || signal !== running?.signal) return;
    connection.set('lost');
    await sleep(wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }
};

export const start = () => {
  if (running) return;
  running = new AbortController();
  const mine = running;
  connection.set('connecting');
  run(mine.signal).finally(() => {
    if (running === mine) running = null;
  });
};

export const stop = () => {
  running?.abort();
  running = null;
};

// Who comes next may not see what was seen before.
session.follow((who) => {
  if (who !== null) return;
  stop();
  lastId = null;
  wasOpen = false;
  events.set([]);
  progress.set(new Map());
  readings.set(null);
});
