// The one place that knows the libraries.
import { Fragment, h, render } from './vendor/preact.mjs';
import htm from './vendor/htm.mjs';

export { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from './vendor/hooks.mjs';
export { Fragment, render };
export const html = htm.bind(h);

/** A value that views follow. */
export class Cell {
  #followers = new Set();

  constructor(value) {
    this.value = value;
  }

  set(value) {
    if (value === this.value) return;
    this.value = value;
    this.tell();
  }

  tell() {
    [...this.#followers].forEach((each) => each(this.value));
  }

  follow(follower) {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }
}
