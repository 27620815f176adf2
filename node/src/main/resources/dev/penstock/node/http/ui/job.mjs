// One job.
import { html, useState } from './view.mjs';
import { ask, askOr, at } from './server.mjs';
import { progress } from './live.mjs';
import { Action, Badge, Bar, Copy, Facts, Icon, JobLink, Loaded, Panel, Skeleton, tone, useCell, useLoad, useNow } from './parts.mjs';
import { Curves, Gantt } from './charts.mjs';
import { Labels, canCancel, canRetry, cancel, retry } from './jobs.mjs';
import { Player, isPlayable } from './player.mjs';
import { Lines } from './events.mjs';
import { ago, asked, band, base, bytes, clock, humane, length, moment, number, plural, sentence, share } from './text.mjs';

const ENDED = ['done', 'failed', 'cancelled', 'quarantined'];

const Failure = ({ of, evidence }) => html`
  <div class="trouble" role="alert"><strong>${of.subject} ${of.problem}</strong>
    <p>${of.cause}</p><p class="muted">Next: ${of.next}</p>
    <p class="muted">${of.type}, while ${of.stage}${of.retry === 'never' ? '; trying again would not help' : ''}</p>
    ${evidence.length ? html`<ul class="evidence">${evidence.map((each, i) => html`<li key=${i}>${each}</li>`)}</ul>` : null}</div>`;

const Why = ({ of }) => html`
  <div class="why"><p>${sentence(of.summary)}</p>
    ${of.reasons.length ? html`<ul>${of.reasons.map((each, i) => html`<li key=${i}><b>${each.subject}</b> ${humane(each.text)}</li>`)}</ul>` : null}</div>`;

/** Why it was not done at the first attempt. */
const Before = ({ events }) => {
  const ends = events.filter((each) => each.kind === 'job.backoff' && each.data?.failure?.message);
  return ends.length === 0 ? null : html`<h3>Attempts that went wrong</h3>
    <ul class="evidence">${ends.map((each) => html`<li key=${each.sequence}><time class="muted">${clock(each.at)}</time> ${each.data.failure.message}</li>`)}</ul>`;
};

const Rungs = ({ said }) => html`
  <ul class="rungs">${said.rungs.map((each) => html`<li key=${each.name}><span class="rung-name">${each.name}</span>
    <${Bar} fraction=${each.fraction} label=${`Progress of ${each.name}`} /><span class="figure">${share(each.fraction)}</span>
    <span class="figure muted">${number(each.framesPerSecond)} fps</span></li>`)}</ul>`;

const Now = ({ job, said, now }) => {
  if (!said) return html`<${Skeleton} rows=${2} />`;
  return html`
    <div class="hero"><span class="hero-figure">${share(said.fraction)}</span><span class="muted">${said.phase ?? 'encoding'}</span></div>
    <${Bar} fraction=${said.fraction} label="Progress" tone=${tone(job.state)} />
    <${Facts} of=${[
      ['Left', band(said, now)],
      ['Speed', said.speed ? `${said.speed.toFixed(2)}×` : null],
      ['Frames', said.framesPerSecond ? `${number(said.framesPerSecond)} fps` : null],
      ['Segments', said.segments ? `${said.segments.done} of ${said.segments.all}` : null],
      ['Running for', job.since ? length((now - Date.parse(job.since)) / 1000) : null],
    ]} />
    ${said.waiting ? html`<p class="notice" data-tone="warn">Waits: ${said.waiting}</p>` : null}
    ${(said.warnings ?? []).map((each) => html`<p key=${each} class="notice" data-tone="warn">${each}</p>`)}
    ${said.rungs.length ? html`<${Rungs} said=${said} />` : null}`;
};

const Receipt = ({ plan }) => {
  const decisions = plan.plan?.receipt?.decisions ?? [];
  const dropped = decisions.reduce((all, each) => all + each.dropped.length, 0);
  return html`
    <p class="muted">${plural(decisions.length, 'decision')}, ${plural(dropped, 'candidate')} dropped.</p>
    <ul class="receipt">${decisions.map((each, i) => html`<li key=${i}>
      <div class="decision"><span class="subject">${each.subject}</span><b>${each.choice}</b></div><p class="muted">${each.because}</p>
      ${each.dropped.length ? html`<details><summary>${plural(each.dropped.length, 'candidate')} dropped</summary>
        <ul class="dropped">${each.dropped.map((one, j) => html`<li key=${j}><s>${one.candidate}</s> <span class="muted">${one.because}</span></li>`)}</ul></details>` : null}</li>`)}</ul>
    ${(plan.plan?.receipt?.notes ?? []).map((each, i) => html`<p key=${i} class="notice">${typeof each === 'string' ? each : each.text ?? JSON.stringify(each)}</p>`)}
    <details><summary>As text</summary><div class="code-block"><${Copy} text=${plan.text} label="Copy the plan" /><pre tabindex="0">${plan.text}</pre></div></details>`;
};

const Files = ({ files, play }) => html`
  <div class="scroll"><table><thead><tr><th>Name</th><th class="num">Size</th><th><span class="off-screen">Actions</span></th></tr></thead>
    <tbody>${files.map((each) => html`<tr key=${each.name}><td class="break">${each.name}</td><td class="num">${bytes(each.bytes)}</td>
      <td class="acts">${isPlayable(each) ? html`<button type="button" class="button quiet small" onClick=${() => play(each)} aria-label=${`Play ${each.name}`}>Play</button>` : null}
        <a class="button quiet small" href=${each.href} download=${base(each.name)} aria-label=${`Download ${each.name}`}><${Icon} name="down" size=${14} /></a></td></tr>`)}</tbody></table></div>`;

const EVENTS_SHOWN = 200;
const LINES_SHOWN = 400;

const loadAll = async (id, signal) => {
  const job = await ask(at`/v1/jobs/${id}`, { signal });
  const [why, plan, timeline, quality, log, outputs, previews, events] = await Promise.all([
    ask(at`/v1/jobs/${id}/why`, { signal }),
    job.attempts > 0 && job.progress?.phase !== 'opening' ? askOr(null, at`/v1/jobs/${id}/plan`, { signal }) : null,
    askOr({ segments: [] }, at`/v1/jobs/${id}/timeline`, { signal }),
    askOr({ measures: [] }, at`/v1/jobs/${id}/quality`, { signal }),
    askOr({ lines: [] }, at`/v1/jobs/${id}/log`, { signal }),
    askOr({ files: [] }, at`/v1/jobs/${id}/outputs`, { signal }),
    askOr({ files: [] }, at`/v1/jobs/${id}/previews`, { signal }),
    ask(`${at`/v1/jobs/${id}/events`}?limit=1000`, { signal }),
  ]);
  return { job, why, plan, timeline, quality, log, outputs: outputs.files, previews: previews.files, events: events.events };
};

const Head = ({ job, reload }) => {
  const what = asked(job.spec);
  return html`
    <div class="job-head">
      <div class="job-title"><a class="button quiet icon-only" href="#/jobs" aria-label="To all jobs"><${Icon} name="back" /></a>
        <div class="min"><h2 class="break">${what ? base(what.input) : `Job ${job.id.slice(-8)}`}</h2>
          <p class="sub break">${what ? html`${what.input} <span aria-label="to">→</span> ${what.output}` : job.id}</p></div></div>
      <div class="job-acts"><${Badge} state=${job.state} />
        ${canCancel(job) ? html`<${Action} kind="danger" act=${async () => { await cancel(job.id); reload(); }}>Cancel job<//>` : null}
        ${canRetry(job) ? html`<${Action} kind="primary" act=${async () => { await retry(job.id); reload(); }}>Retry<//>` : null}</div>
    </div>`;
};

const About = ({ job, now }) => html`
  <${Facts} of=${[
    ['Id', html`<code class="break">${job.id}</code> <${Copy} text=${job.id} label="Copy the id" />`, true],
    ['Class', `${job.class}, priority ${job.priority}`],
    ['Tenant', job.tenant],
    ['Submitted', html`<span title=${moment(job.submitted)}>${ago(job.submitted, now)}</span>`],
    ['In this state', html`<span title=${moment(job.changed)}>since ${clock(job.changed)}</span>`],
    ['Attempts', job.attempts],
    ['Worker', job.worker ?? null, true],
    ['GPUs', job.gpus.length ? job.gpus.join(', ') : null, true],
    ['Deadline', job.deadline ? moment(job.deadline) : null],
    ['Tried again', job.until ? moment(job.until) : null],
    ['Cancelled by', job.by ?? null],
    ['Runs after', job.after.length ? job.after.map((each) => html`<${JobLink} key=${each} id=${each} /> `) : null],
    ['Webhook', job.webhook ?? null],
    ['Labels', Object.keys(job.labels).length ? html`<${Labels} of=${job.labels} />` : null, true],
  ]} />`;

const Log = ({ lines }) => {
  const [source, set] = useState('');
  const shown = lines.filter((each) => !source || each.source === source).slice(-LINES_SHOWN);
  const text = shown.map((each) => `${each.at} ${each.source} ${each.text}`).join('\n');
  return html`
    <div class="row"><label><span class="off-screen">Source</span><select value=${source} onChange=${(e) => set(e.target.value)}>
      <option value="">All sources</option>${[...new Set(lines.map((each) => each.source))].map((each) => html`<option key=${each} value=${each}>${each}</option>`)}</select></label>
      <${Copy} text=${text} label="Copy the log" /></div>
    <div class="log" tabindex="0" role="log" aria-label="Log">${shown.map((each, i) => html`<div key=${i} class="log-line"><time>${clock(each.at)}</time><span class="log-source">${each.source}</span><span class="log-text">${each.text}</span></div>`)}</div>`;
};

export const JobPage = ({ id }) => {
  const all = useLoad((signal) => loadAll(id, signal), [id], {
    on: (event) => event.job === id,
    every: 4000,
    until: ({ job }) => ENDED.includes(job.state),
  });
  const said = useCell(progress).get(id);
  const devices = useLoad((signal) => ask('/v1/devices', { signal }), []);
  const now = useNow();
  const [playing, play] = useState(null);
  const names = Object.fromEntries((devices.data?.devices ?? []).map((each) => [each.key, each.name]));
  return html`<${Loaded} of=${all} rows=${6} tall>${({ job, why, plan, timeline, quality, log, outputs, previews, events }) => {
    const isRunning = ['running', 'cancelling'].includes(job.state);
    const files = (outputs.length ? outputs : previews).filter((each) => !base(each.name).startsWith('.'));
    return html`
      <${Head} job=${job} reload=${all.reload} />
      <div class="two">
        <div class="stack">
          <${Panel} title=${isRunning ? 'Progress' : 'State'} id="state">
            ${isRunning ? html`<${Now} job=${job} said=${said ?? job.progress} now=${now} />` : null}
            ${job.failure ? html`<${Failure} of=${job.failure} evidence=${job.evidence} />` : html`<${Why} of=${why} />`}
            <${Before} events=${events} /><//>
          ${job.attempts === 0 ? null : html`
          <${Panel} title="Timeline" id="timeline">${timeline.segments.length
            ? html`<${Gantt} segments=${timeline.segments} now=${now} names=${names} />`
            : html`<p class="muted">${isRunning ? 'Pieces show up as they begin.' : 'Nothing was done yet.'}</p>`}<//>
          <${Panel} title="Quality" id="quality" aside=${quality.measures.length && isRunning ? 'so far' : null}>${quality.measures.length
            ? html`<${Curves} measures=${quality.measures} />`
            : html`<p class="muted">${sentence(quality.why ?? 'nothing is known of it')}.</p>`}<//>
          <${Panel} title=${outputs.length ? 'Outputs' : 'Preview'} id="outputs" aside=${files.length ? bytes(files.reduce((sum, each) => sum + each.bytes, 0)) : null}>
            ${files.length ? html`<${Player} files=${files} chosen=${playing} /><${Files} files=${files} play=${play} />`
              : html`<p class="muted">${job.state === 'done' ? 'Its files are gone, or lie where this server does not show them.' : 'Files show up here when they can be played.'}</p>`}<//>
          <${Panel} title="Log" id="log">${log.lines.length ? html`<${Log} lines=${log.lines} />` : html`<p class="muted">Nothing was said.</p>`}<//>`}
        </div>
        <div class="stack">
          <${Panel} title="Job" id="facts"><${About} job=${job} now=${now} />
            <details><summary>Spec</summary><div class="code-block"><${Copy} text=${JSON.stringify(job.spec, null, 2)} label="Copy the spec" /><pre tabindex="0">${JSON.stringify(job.spec, null, 2)}</pre></div></details><//>
          <${Panel} title="Plan and receipt" id="plan">${plan ? html`<${Receipt} plan=${plan} />` : html`<p class="muted">${ENDED.includes(job.state) ? 'There is none.' : 'It is planned before it runs.'}</p>`}<//>
          <${Panel} title="Events" id="events" aside=${plural(events.length, 'event')}><${Lines} events=${events.slice(-EVENTS_SHOWN).reverse()} brief /><//>
        </div>
      </div>`;
  }}<//>`;
};

