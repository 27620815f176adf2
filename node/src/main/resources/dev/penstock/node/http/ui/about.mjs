// The node, and where more is to be read.
import { html } from './view.mjs';
import { ask, may, tell } from './server.mjs';
import { Action, Badge, Facts, Loaded, Panel, toast, useLoad, useNow } from './parts.mjs';
import { humane, length, moment } from './text.mjs';

const Drain = ({ health, reload }) => {
  const isDrained = health.drained.node;
  const act = async () => {
    await tell(isDrained ? '/v1/undrain' : '/v1/drain', {});
    reload();
  };
  return html`<${Action} kind=${isDrained ? 'primary' : ''} act=${act}>${isDrained ? 'Take work again' : 'Drain the node'}<//>`;
};

/** A line for each key, as the file of the configuration names it. */
const lines = (of, at = '') => Object.entries(of).flatMap(([name, value]) => {
  const key = at ? `${at}.${name}` : name;
  if (value === null || (Array.isArray(value) && value.length === 0)) return [];
  if (typeof value !== 'object') return [[key, String(value)]];
  if (!Array.isArray(value)) return lines(value, key);
  return value.some((each) => typeof each === 'object') ? value.flatMap((each, i) => lines(each, `${key}[${i}]`)) : [[key, value.join(', ')]];
});

const Settings = ({ of, reload }) => {
  const { pending, ...held } = of;
  const waiting = pending ? lines(pending) : [];
  const read = async () => {
    const { changed, restart } = await tell('/v1/reload');
    const said = [changed.length ? `Changed: ${changed.join(', ')}.` : '', restart.length ? `After the next start: ${restart.join(', ')}.` : ''];
    toast(said.filter(Boolean).join(' ') || 'Nothing is otherwise than before.');
    reload();
  };
  const Rows = ({ of: shown }) => html`<table class="settings"><thead class="off-screen"><tr><th>Key</th><th>Value</th></tr></thead>
    <tbody>${shown.map(([key, value]) => html`<tr key=${key}><th scope="row"><code class="break">${key}</code></th><td class="break">${value}</td></tr>`)}</tbody></table>`;
  return html`
    <${Panel} title="Settings" id="settings" aside=${html`<${Action} kind="small" act=${read} title="Reads the file of the configuration; jobs go on">Read again<//>`}>
      ${waiting.length ? html`<h3>From the next start on</h3><${Rows} of=${waiting} /><h3>In force</h3>` : null}
      <${Rows} of=${lines(held)} /><//>`;
};

const counts = (of) => {
  const shown = Object.entries(of).filter(([, count]) => count > 0);
  return shown.length ? shown.map(([state, count]) => html`<${Badge} key=${state} state=${state} label=${`${count} ${state}`} /> `) : 'none';
};

export const AboutPage = () => {
  const now = useNow();
  const found = useLoad(async (signal) => ({
    health: await ask('/v1/health', { signal }),
    settings: may('admin') ? await ask('/v1/settings', { signal }) : null,
  }), [], { on: () => true, every: 10_000 });
  return html`<${Loaded} of=${found} rows=${4}>${({ health, settings }) => html`
    <div class="two even">
      <${Panel} title="This node" id="node" aside=${html`<${Badge} state=${health.ready ? 'ready' : 'degraded'} label=${health.ready ? 'ready' : 'not ready'} />`}>
        <${Facts} of=${[
          ['Version', health.version],
          ['Up for', html`<span title=${moment(health.started)}>${length((now - Date.parse(health.started)) / 1000)}</span>`],
          ['Jobs', counts(health.jobs)],
          ['Devices', counts(health.devices)],
          ['Running', health.drained.running],
        ]} />
        ${may('admin') ? html`<p class="row"><${Drain} health=${health} reload=${found.reload} /><span class="hint">Draining lets what runs end, and begins nothing new.</span></p>` : null}<//>
      <${Panel} title="Checks" id="checks"><ul class="checks-list">${health.checks.map((each) => html`<li key=${each.name}>
        <${Badge} state=${each.ready ? 'pass' : 'fail'} label=${each.name} /><span class="muted break">${humane(each.text)}</span></li>`)}</ul><//>
      <${Panel} title="To read" id="read"><ul class="links">
        <li><a href="/api">The API</a><span class="muted">all that this page does, for programs</span></li>
        <li><a href="/openapi.yaml">openapi.yaml</a><span class="muted">the contract</span></li>
        <li><a href="/metrics">Metrics</a><span class="muted">for Prometheus</span></li>
        <li><a href="/ui/vendor/README.md">Modules of others</a><span class="muted">what this page is made with, and licences</span></li></ul><//>
      ${settings ? html`<${Settings} of=${settings} reload=${found.reload} />` : null}
    </div>`}<//>`;
};

