// What the examination of the machine found, and what to do about it.
import { html, useState } from './view.mjs';
import { ask, may } from './server.mjs';
import { Action, Badge, Copy, Empty, Loaded, useLoad, useNow } from './parts.mjs';
import { ago, moment, plural } from './text.mjs';

const ORDER = ['fail', 'warn', 'unknown', 'pass', 'skip'];

const Remedy = ({ of }) => html`
  <li><p>${of.text}${of.safe ? null : html` <span class="label" data-tone="warn">changes the machine</span>`}</p>
    ${of.commands.length ? html`<div class="code-block"><${Copy} text=${of.commands.join('\n')} label=${`Copy: ${of.commands[0]}`} /><pre tabindex="0">${of.commands.join('\n')}</pre></div>` : null}</li>`;

const Finding = ({ of }) => html`
  <details class="finding" open=${['fail', 'warn'].includes(of.status)}>
    <summary><${Badge} state=${of.status} /><span class="finding-text"><b>${of.check}</b>${of.subject ? html` <span class="muted">${of.subject}</span>` : null}<span class="finding-summary">${of.summary}</span></span></summary>
    <div class="finding-body">
      ${of.meaning ? html`<p>${of.meaning}</p>` : null}
      ${of.remedies.length ? html`<h3>What to do</h3><ul class="remedies">${of.remedies.map((each, i) => html`<${Remedy} key=${i} of=${each} />`)}</ul>` : null}
      ${of.evidence.length ? html`<h3>Evidence</h3><dl class="evidence-list">${of.evidence.map((each, i) => html`<div key=${i}><dt><code class="break">${each.source}</code></dt><dd class="break">${each.value}</dd></div>`)}</dl>` : null}
      ${!of.meaning && !of.remedies.length && !of.evidence.length ? html`<p class="muted">Nothing more to say.</p>` : null}
    </div>
  </details>`;

const finding = (each) => html`<${Finding} key=${`${each.check} ${each.subject ?? ''}`} of=${each} />`;

export const DoctorPage = () => {
  const [only, set] = useState('');
  const now = useNow(10_000);
  const found = useLoad((signal) => ask('/v1/doctor', { signal }), []);
  const examine = async () => {
    await ask('/v1/doctor', { method: 'POST' });
    found.reload();
  };
  const again = may('operator') ? (name) => html`<${Action} kind="primary" act=${examine}>${name}<//>` : () => null;
  return html`<${Loaded} of=${found} rows=${8}>${({ at, findings }) => {
    if (!findings.length) return html`<${Empty} title="Not examined yet" icon="doctor">It takes up to half a minute and changes nothing.<p>${again('Examine the machine')}</p><//>`;
    const count = (status) => findings.filter((each) => each.status === status).length;
    const shown = findings.filter((each) => !only || each.status === only).sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status));
    return html`
      <div class="toolbar"><div class="filters"><div class="tabs" role="group" aria-label="Findings">
        <button type="button" aria-pressed=${only === ''} onClick=${() => set('')}>All <b>${findings.length}</b></button>
        ${ORDER.filter(count).map((each) => html`<button key=${each} type="button" aria-pressed=${only === each} onClick=${() => set(each)}>${each} <b>${count(each)}</b></button>`)}</div>
        <span class="muted" title=${moment(at)}>Examined ${ago(at, now)}</span></div>${again('Examine anew')}</div>
      <div class="panel flush">${shown.filter((each) => only || each.status !== 'skip').map(finding)}
        ${!only && count('skip') ? html`<details class="rest"><summary>${plural(count('skip'), 'check')} that ${count('skip') === 1 ? 'does' : 'do'} not apply here</summary>
          ${shown.filter((each) => each.status === 'skip').map(finding)}</details>` : null}</div>`;
  }}<//>`;
};
