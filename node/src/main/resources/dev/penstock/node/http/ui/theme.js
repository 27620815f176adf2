// Before the first paint, so that nothing flashes.
(() => {
  try {
    const theme = localStorage.getItem('penstock.theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  } catch {
    // No storage: the system's choice holds.
  }
})();
