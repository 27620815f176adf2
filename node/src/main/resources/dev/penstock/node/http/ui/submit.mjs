// The form for a new job.
import { html, useEffect, useRef, useState } from './view.mjs';
import { ask, may } from './server.mjs';
import { Empty, Field, Panel, toast } from './parts.mjs';
import { go } from './route.mjs';
import { plural } from './text.mjs';

const KINDS = [['transcode', 'One file'], ['ladder', 'Ladder'], ['file', 'Job file']];
const START = {
  kind: 'transcode', input: '', output: '', codec: 'h264', size: '', rate: 'auto', amount: '', preset: '', audio: '',
  format: 'both', codecs: ['h264'], rungs: '', text: '', class: 'batch', priority: '50', labels: '', deadline: '', after: '',
};
const SIZES = ['2160p', '1440p', '1080p', '720p', '540p', '480p', '360p'];
const PRESETS = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7'];

const put = (target, key, value) => {
  if (value !== '' && value !== undefined) target[key] = value;
};

const spec = (form) => {
  if (form.kind === 'file') return form.text;
  const job = { input: form.input.trim(), output: form.output.trim() };
  if (form.kind === 'transcode') {
    put(job, 'codec', form.codec);
    put(job, 'size', form.size);
    if (form.rate !== 'auto') put(job, form.rate, form.amount.trim());
  } else {
    put(job, 'format', form.format);
    job.codecs = form.codecs;
    put(job, 'rungs', form.rungs.trim());
  }
  if (form.codec !== 'copy' || form.kind === 'ladder') put(job, 'preset', form.preset);
  put(job, 'audio', form.audio.trim());
  return { [form.kind]: job };
};

const submission = (form) => {
  const body = { spec: spec(form), class: form.class, priority: Number(form.priority) };
  const labels = form.labels.split(/[,\n]/).map((each) => each.trim()).filter(Boolean);
  if (labels.length) body.labels = Object.fromEntries(labels.map((each) => [each.split('=')[0], each.split('=').slice(1).join('=')]));
  if (form.deadline) body.deadline = new Date(form.deadline).toISOString();
  const after = form.after.split(/[\s,]+/).filter(Boolean);
  if (after.length) body.after = after;
  return body;
};

/** The mistakes by the field they are about; those of none are under ''. */
const byField = (mistakes) => {
  const found = {};
  mistakes.forEach((each) => {
    const key = each.at.split('.').pop().replace(/\[.*$/, '');
    const field = { bitrate: 'amount', quality: 'amount' }[key] ?? key;
    const name = field in START ? field : '';
    found[name] = [found[name], `${each.at && !name ? `${each.at}: ` : ''}${each.problem}. ${each.next}`].filter(Boolean).join(' ');
  });
  return found;
};

export const Submit = () => {
  const [form, set] = useState(START);
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const first = useRef(null);
  useEffect(() => first.current?.focus(), []);
  if (!may('operator')) return html`<${Empty} title="Viewers read only">Whoever submits needs the role operator.<//>`;
  const change = (key) => (e) => set({ ...form, [key]: e.target.value });
  const wrong = byField(problem?.mistakes ?? []);
  const ladder = form.kind === 'ladder';
  const send = async (e) => {
    e.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const job = await ask('/v1/jobs', { method: 'POST', body: submission(form) });
      toast(`Job ${job.id.slice(-8)} is submitted.`);
      go(`/jobs/${job.id}`);
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  };
  const select = (key, values, otherwise) => html`
    <select id=${key} value=${form[key]} onChange=${change(key)}>${otherwise ? html`<option value="">${otherwise}</option>` : null}
      ${values.map((each) => { const [value, name] = [].concat(each, each); return html`<option key=${value} value=${value}>${name}</option>`; })}</select>`;
  const text = (key, more = {}) => html`<input id=${key} value=${form[key]} onInput=${change(key)} autocomplete="off" spellcheck=${false}
    aria-invalid=${wrong[key] ? 'true' : undefined} aria-describedby=${wrong[key] ? `${key}-wrong` : `${key}-hint`} ...${more} />`;
  return html`
    <form class="form" onSubmit=${send} noValidate>
      <div class="tabs" role="group" aria-label="Kind of job">${KINDS.map(([value, name]) => html`
        <button key=${value} type="button" aria-pressed=${form.kind === value} onClick=${() => set({ ...form, kind: value })}>${name}</button>`)}</div>
      ${problem ? html`<div class="trouble" role="alert"><strong>${problem.details?.title ?? 'It was not submitted'}</strong>
        <p>${problem.mistakes.length ? wrong[''] ?? `${plural(problem.mistakes.length, 'thing')} to correct below.` : problem.message}</p>
        ${!problem.mistakes.length && problem.details?.next ? html`<p class="muted">Next: ${problem.details.next}</p>` : null}</div>` : null}
      ${form.kind === 'file' ? html`
        <${Panel} title="Job file" id="what"><${Field} id="text" label="YAML or JSON" hint="As penstock run takes it; paths are full paths." wide>
          <textarea id="text" ref=${first} rows="12" spellcheck=${false} value=${form.text} onInput=${change('text')} aria-describedby="text-hint"
            placeholder=${'ladder:\n  input: /media/film.mov\n  output: /media/film\n  rungs: 1080p:5M,720p:2.8M,480p'}></textarea><//><//>`
      : html`
        <${Panel} title="What" id="what"><div class="grid2">
          <${Field} id="input" label="Input" hint="A full path, or a URL where those are allowed." wrong=${wrong.input} wide>${text('input', { ref: first, required: true, placeholder: '/media/film.mov' })}<//>
          <${Field} id="output" label=${ladder ? 'Output folder' : 'Output'} hint=${ladder ? 'It is made.' : 'The ending says the container: .mp4, .mkv, .mov, .webm.'} wrong=${wrong.output} wide>
            ${text('output', { required: true, placeholder: ladder ? '/media/film' : '/media/film.mp4' })}<//></div><//>
        <${Panel} title=${ladder ? 'Ladder' : 'Video and sound'} id="how"><div class="grid3">
          ${ladder ? html`
            <${Field} id="format" label="Format" hint="Playlists beside the segments." wrong=${wrong.format}>${select('format', [['both', 'HLS and DASH'], ['hls', 'HLS'], ['dash', 'DASH']])}<//>
            <fieldset class="field"><legend>Codecs</legend><div class="checks">${['h264', 'hevc', 'av1'].map((each) => html`<label key=${each}><input type="checkbox" checked=${form.codecs.includes(each)}
              onChange=${(e) => set({ ...form, codecs: e.target.checked ? [...form.codecs, each] : form.codecs.filter((one) => one !== each) })} /> ${each}</label>`)}</div>
              ${wrong.codecs ? html`<p class="wrong" role="alert">${wrong.codecs}</p>` : null}</fieldset>
            <${Field} id="rungs" label="Rungs" hint="Empty: what the input asks for." wrong=${wrong.rungs}>${text('rungs', { placeholder: '1080p:5M,720p:2.8M,480p' })}<//>`
          : html`
            <${Field} id="codec" label="Codec" hint="Of the video." wrong=${wrong.codec}>${select('codec', [['h264', 'H.264'], ['hevc', 'HEVC'], ['av1', 'AV1'], ['copy', 'Copy']])}<//>
            <${Field} id="size" label="Size" hint="Lines of the shorter side." wrong=${wrong.size}>${select('size', SIZES, 'As the input')}<//>
            <${Field} id="rate" label="Rate" hint="What the encoder aims at." wrong=${wrong.rate}>${select('rate', [['auto', 'Chosen for the codec'], ['quality', 'Constant quality'], ['bitrate', 'Average bit rate']])}<//>
            ${form.rate === 'auto' ? null : html`<${Field} id="amount" label=${form.rate === 'quality' ? 'Quality' : 'Bit rate'} wrong=${wrong.amount}
              hint=${form.rate === 'quality' ? 'Lower is better.' : 'Such as 5M or 800k.'}>${text('amount', { placeholder: form.rate === 'quality' ? '22' : '5M' })}<//>`}`}
          <${Field} id="preset" label="Preset" hint="p1 is the quickest, p7 the best." wrong=${wrong.preset}>${select('preset', PRESETS, 'p4')}<//>
          <${Field} id="audio" label="Sound" hint="Such as aac:160k, copy or none." wrong=${wrong.audio}>${text('audio', { placeholder: ladder ? 'aac:128k' : 'copy' })}<//>
        </div><//>`}
      <${Panel} title="When" id="when"><div class="grid3">
        <${Field} id="class" label="Class" hint="Batch gives way to the others." wrong=${wrong.class}>${select('class', [['batch', 'Batch'], ['interactive', 'Interactive'], ['live', 'Live']])}<//>
        <${Field} id="priority" label="Priority" hint="0 to 100, within the class." wrong=${wrong.priority}>${text('priority', { type: 'number', min: 0, max: 100 })}<//>
        <${Field} id="deadline" label="Deadline" hint="May be left empty." wrong=${wrong.deadline}>${text('deadline', { type: 'datetime-local' })}<//>
        <${Field} id="labels" label="Labels" hint="name=value, with commas between." wrong=${wrong.labels}>${text('labels', { placeholder: 'show=news, season=2' })}<//>
        <${Field} id="after" label="Runs after" hint="Ids of jobs that have to be done before." wrong=${wrong.after}>${text('after')}<//>
      </div><//>
      <div class="form-end"><a class="button" href="#/jobs">Back</a><button class="button primary" type="submit" disabled=${busy} aria-busy=${busy}>Submit job</button></div>
    </form>`;
};
