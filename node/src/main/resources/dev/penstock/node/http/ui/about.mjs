// The node, and where more is to be read.
import { html } from './view.mjs';
import { ask, may } from './server.mjs';
import { Action, Badge, Facts, Loaded, Panel, useLoad, useNow } from './parts.mjs';
import { tell } from './server.mjs';
import { humane, length, moment } from './text.mjs';

const Drain = ({ health, reload }) => {
  const isDrained = health.drained.node;
  const act = async () => {
    await tell(isDrained ? '/v1/undrain' : '/v1/drain', {});
    reload();
  };
  return html`<${Action} kind=${isDrained ? 'primary' : ''} act=${act}>${isDrained ? 'Take work again' : 'Drain the node'}<//>`;
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
      ${settings ? html`<${Panel} title="Settings" id="settings"><div class="code-block"><pre tabindex="0">${JSON.stringify(settings, null, 2)}</pre></div><//>` : null}
    </div>`}<//>`;
};

