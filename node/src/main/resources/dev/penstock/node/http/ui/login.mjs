// Trades a token for a session.
import { html, useEffect, useRef, useState } from './view.mjs';
import { logIn } from './server.mjs';

export const LogIn = () => {
  const [token, set] = useState('');
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  const field = useRef(null);
  useEffect(() => {
    document.title = 'Log in · Penstock';
    field.current.focus();
  }, []);
  const send = async (e) => {
    e.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await logIn(token.trim());
    } catch (problem) {
      setError(problem);
      setBusy(false);
      field.current.select();
    }
  };
  return html`
    <main class="alone"><form class="panel login" onSubmit=${send}>
      <div class="brand big"><img src="/ui/icon.svg" width="32" height="32" alt="" /><span>Penstock</span></div>
      <h1>Log in</h1>
      <div class="field" data-wrong=${error ? 'yes' : undefined}><label for="token">Token</label>
        <input id="token" ref=${field} type="password" autocomplete="current-password" required value=${token} onInput=${(e) => set(e.target.value)}
          aria-invalid=${error ? 'true' : undefined} aria-describedby="token-hint" />
        ${error ? html`<p class="wrong" role="alert" id="token-hint">${error.status === 401 ? 'That is no token of this server.' : error.message}</p>`
          : html`<p class="hint" id="token-hint">From whoever runs this server. It is traded for a session of 12 hours, and not kept here.</p>`}</div>
      <button class="button primary" type="submit" disabled=${busy || !token.trim()} aria-busy=${busy}>Log in</button>
    </form></main>`;
};
