// Runs before the page is drawn. The choice is kept per browser; without one the system decides.
try {
  const theme = localStorage.getItem('reeve.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // A browser that keeps nothing follows the system.
}
