// The list of jobs.
import { html, useEffect, useRef, useState } from './view.mjs';
import { ask, at, may, tell } from './server.mjs';
import { progress } from './live.mjs';
import { Action, Badge, Bar, Empty, Icon, Loaded, tone, useCell, useLoad, useNow } from './parts.mjs';
import { go, refine } from './route.mjs';
import { ago, band, base, moment, plural, share, short } from './text.mjs';

const PAGE = 50;
const GROUPS = [
  ['', 'All'],
  ['running,cancelling', 'Running'],
  ['queued,waiting,backoff', 'Queued'],
  ['done', 'Done'],
  ['failed,quarantined', 'Failed'],
  ['cancelled', 'Cancelled'],
];
const CANCELLABLE = ['waiting', 'queued', 'running', 'backoff'];
const RETRIABLE = ['failed', 'cancelled', 'quarantined'];

export const canCancel = (job) => may('operator') && CANCELLABLE.includes(job.state);
export const canRetry = (job) => may('operator') && RETRIABLE.includes(job.state);
export const cancel = (id) => tell(at`/v1/jobs/${id}/cancel`);
export const retry = (id) => tell(at`/v1/jobs/${id}/retry`);

const address = ({ state, class: of, label, text }, limit, before) => {
  const asked = new URLSearchParams({ limit });
  if (state) asked.set('state', state);
  if (of) asked.set('class', of);
  if (label?.includes('=')) asked.set('label', label);
  if (text?.trim()) asked.set('text', text.trim());
  if (before) asked.set('before', before);
  return `/v1/jobs?${asked}`;
};

/** So many jobs from the newest on, over as many pages as it takes: those of a search may be short. */
const load = async (query, count, signal) => {
  const jobs = [];
  let next;
  do {
    const page = await ask(address(query, Math.min(500, count - jobs.length), next), { signal });
    jobs.push(...page.jobs);
    next = page.next;
  } while (next && jobs.length < count);
  return { jobs, next };
};

export const nameOf = (job) => (job.input ? base(job.input) : short(job.id));

export const Labels = ({ of }) => html`${Object.entries(of).map(([name, value]) => html`<span key=${name} class="label">${name}<b>${value}</b></span>`)}`;

const PHASES = { opening: 'opening', measuring: 'measuring', finishing: 'finishing' };

export const Progress = ({ job, said, wide }) => {
  if (job.state === 'done') return html`<span class="progress"><${Bar} fraction=${1} tone="good" label="Done" /><span class="figure">100 %</span></span>`;
  if (!said || !['running', 'cancelling'].includes(job.state)) return job.state === 'running' ? html`<span class="progress idle">starting</span>` : null;
  const phase = PHASES[said.phase];
  return html`<span class="progress"><${Bar} fraction=${said.fraction} label=${`Progress of ${nameOf(job)}`} tone=${tone(job.state)} />
    <span class="figure">${phase && said.fraction === 0 ? phase : share(said.fraction)}</span>
    ${wide && said.speed ? html`<span class="figure muted">${said.speed.toFixed(2)}×</span>` : null}</span>`;
};

const move = (e) => {
  const step = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[e.key];
  if (!step || !e.target.matches('a.row-link')) return;
  const links = [...e.currentTarget.querySelectorAll('a.row-link')];
  links[links.indexOf(e.target) + step]?.focus();
  e.preventDefault();
};

const Row = ({ job, said, now, reload }) => html`
  <tr class="job-row" onClick=${(e) => e.target.closest('a, button') === null && go(`/jobs/${job.id}`)}>
    <td class="job-name"><a class="row-link" href=${`#/jobs/${job.id}`}><span class="clip">${nameOf(job)}</span></a>
      <span class="sub"><code>${short(job.id)}</code>${job.output ? html`<span class="clip">→ ${base(job.output)}</span>` : null}<${Labels} of=${job.labels} /></span></td>
    <td><${Badge} state=${job.state} /></td>
    <td class="job-progress"><${Progress} job=${job} said=${said} wide />
      ${job.failure ? html`<span class="sub clip" title=${job.failure.problem}>${job.failure.subject} ${job.failure.problem}</span>` : null}
      ${said?.waiting ? html`<span class="sub clip">${said.waiting}</span>` : null}</td>
    <td class="num eta">${said ? band(said, now) : ''}</td>
    <td class="class">${job.class}<span class="sub">priority ${job.priority}</span></td>
    <td class="num when" title=${moment(job.submitted)}>${ago(job.submitted, now)}</td>
    <td class="acts">
      ${canCancel(job) ? html`<${Action} kind="quiet small" label=${`Cancel ${nameOf(job)}`} act=${async () => { await cancel(job.id); reload(); }}>Cancel<//>` : null}
      ${canRetry(job) ? html`<${Action} kind="quiet small" label=${`Retry ${nameOf(job)}`} act=${async () => { await retry(job.id); reload(); }}>Retry<//>` : null}
    </td>
  </tr>`;

const Filters = ({ query }) => {
  const [text, setText] = useState(query.text ?? '');
  const [label, setLabel] = useState(query.label ?? '');
  const timer = useRef(null);
  const change = (more) => refine('/jobs', { ...query, ...more });
  const later = (more) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => change(more), 200);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  return html`
    <div class="filters" role="search">
      <div class="tabs" role="group" aria-label="State">${GROUPS.map(([value, name]) => html`
        <button key=${name} type="button" aria-pressed=${(query.state ?? '') === value} onClick=${() => change({ state: value })}>${name}</button>`)}</div>
      <label class="input-icon"><${Icon} name="search" /><span class="off-screen">Search</span>
        <input type="search" data-search placeholder="File, label or id" maxlength="200" value=${text}
          onInput=${(e) => { setText(e.target.value); later({ text: e.target.value }); }} /></label>
      <label><span class="off-screen">Class</span>
        <select value=${query.class ?? ''} onChange=${(e) => change({ class: e.target.value })}>
          <option value="">Any class</option>${['live', 'interactive', 'batch'].map((each) => html`<option key=${each} value=${each}>${each}</option>`)}</select></label>
      <label><span class="off-screen">Label</span>
        <input class="label-input" placeholder="label=value" value=${label} onInput=${(e) => { setLabel(e.target.value); later({ label: e.target.value }); }} /></label>
    </div>`;
};

export const JobList = ({ query }) => {
  const [count, setCount] = useState(PAGE);
  const said = useCell(progress);
  const now = useNow();
  const found = useLoad((signal) => load(query, count, signal), [query.state, query.class, query.label, query.text, count], {
    on: (event) => event.kind.startsWith('job.'),
    every: 15_000,
  });
  const isFiltered = ['state', 'class', 'label', 'text'].some((each) => query[each]);
  return html`
    <div class="toolbar"><${Filters} query=${query} />
      ${may('operator') ? html`<a class="button primary" href="#/submit"><${Icon} name="plus" />Submit</a>` : null}</div>
    <${Loaded} of=${found} rows=${8}>${({ jobs, next }) => {
      if (jobs.length === 0) {
        return isFiltered
          ? html`<${Empty} title="No job is like that" icon="search">Take a filter away, or <button type="button" class="link" onClick=${() => refine('/jobs', {})}>see all jobs</button>.<//>`
          : html`<${Empty} title="No jobs yet">Submit one here, or with <code>penstock submit in.mkv out.mp4</code>.
              ${may('operator') ? html`<p><a class="button primary" href="#/submit">Submit a job</a></p>` : null}<//>`;
      }
      return html`
        <div class="panel flush" data-stale=${found.stale && found.data ? 'yes' : undefined}>
          <table class="jobs" onKeyDown=${move}><caption class="off-screen">Jobs, the newest first</caption>
            <thead><tr><th>Job</th><th>State</th><th>Progress</th><th class="num">Left</th><th>Class</th><th class="num">Submitted</th><th><span class="off-screen">Actions</span></th></tr></thead>
            <tbody>${jobs.map((job) => html`<${Row} key=${job.id} job=${job} said=${said.get(job.id)} now=${now} reload=${found.reload} />`)}</tbody></table>
        </div>
        <div class="more"><span class="muted">${next ? `The newest ${jobs.length} jobs` : plural(jobs.length, 'job')}</span>
          ${next ? html`<button type="button" class="button" onClick=${() => setCount(count + PAGE)}>Older jobs</button>` : null}</div>`;
    }}<//>`;
};

