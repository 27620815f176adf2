// What is asked of the server.
import { Cell } from './view.mjs';

/** What went wrong, as problem details say it. */
class Problem extends Error {
  constructor(status, details) {
    super(details.detail || details.title || `The server answered ${status}.`);
    this.status = status;
    this.details = details;
    this.mistakes = details.mistakes ?? [];
  }
}

/** Who is logged in: undefined before it is known, null for nobody. */
export const session = new Cell(undefined);

const unreachable = () =>
  new Problem(0, {
    title: 'The server does not answer',
    detail: 'The server does not answer.',
    next: 'It is asked again by itself as soon as it is back.',
  });

const read = async (response) => {
  const text = await response.text();
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return { detail: text.slice(0, 400) };
  }
};

export const ask = async (path, { method = 'GET', body, signal } = {}) => {
  let response;
  try {
    response = await fetch(path, {
      method,
      signal,
      credentials: 'same-origin',
      headers: { Accept: 'application/json', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (e) {
    if (e.name === 'AbortError') throw e;
    throw unreachable();
  }
  const answer = response.status === 204 ? null : await read(response);
  if (response.ok) return answer;
  if (response.status === 401 && path !== '/v1/session') session.set(null);
  throw new Problem(response.status, answer ?? {});
};

export const tell = (path, body) => ask(path, { method: 'POST', body: body ?? {} });

/** What a server that does not have it yet answers instead. */
export const askOr = async (otherwise, path, options) => {
  try {
    return await ask(path, options);
  } catch (e) {
    if (e.status === 404 || e.status === 405) return otherwise;
    throw e;
  }
};

export const whoAmI = async () => {
  try {
    session.set(await ask('/v1/session'));
  } catch (e) {
    if (e.status !== 401) throw e;
    session.set(null);
  }
};

export const logIn = async (token) => session.set(await ask('/v1/session', { method: 'POST', body: { token } }));

export const logOut = async () => {
  await ask('/v1/session', { method: 'DELETE' });
  session.set(null);
};

const ROLES = ['viewer', 'operator', 'admin'];
export const may = (role) => ROLES.indexOf(session.value?.role ?? 'viewer') >= ROLES.indexOf(role);

/** A path of the API with what stands in it quoted. */
export const at = (strings, ...values) =>
  strings.reduce((path, each, i) => path + encodeURIComponent(values[i - 1]) + each);
