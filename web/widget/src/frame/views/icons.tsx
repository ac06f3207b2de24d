// The app's drawings: one 24-unit grid, strokes in the text's colour.

const PATHS = {
  send: 'M4 12l16-8-6 16-3-7-7-1z',
  clip: 'M20 11.5l-8.2 8.2a5 5 0 0 1-7-7.1l8.6-8.6a3.3 3.3 0 0 1 4.7 4.7l-8.6 8.6a1.7 1.7 0 0 1-2.4-2.4l7.6-7.6',
  person: 'M4 14v-2a8 8 0 0 1 16 0v2M4 14a2 2 0 0 1 2-2h1v6H6a2 2 0 0 1-2-2zM20 14a2 2 0 0 0-2-2h-1v6h1a2 2 0 0 0 2-2zM19 18c0 2-2 3-5 3',
  down: 'M6 9.5l6 6 6-6',
  back: 'M14.5 6l-6 6 6 6',
  close: 'M7 7l10 10M17 7L7 17',
  file: 'M7 3h7l5 5v12a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM14 3v5h5',
  book: 'M5 4h6a2 2 0 0 1 2 2v14a2 2 0 0 0-2-2H5zM19 4h-3a3 3 0 0 0-3 2v14a2 2 0 0 1 2-2h4z',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  checks: 'M2.5 12.5L7 17l9-9.5M11.5 16.5l.5.5L21.5 7.5',
  clock: 'M12 7.5V12l3 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z',
  alert: 'M12 8v5M12 16.5v.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z',
  spark: 'M12 4l1.9 5.1L19 11l-5.1 1.9L12 18l-1.9-5.1L5 11l5.1-1.9zM19 16.5v4M17 18.5h4',
  again: 'M19 12a7 7 0 1 1-2.2-5.1M19 4v4h-4',
  out: 'M13 5h6v6M19 5l-8 8M17 14v4a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1h4',
  letter: 'M4 6h16v12H4zM4 7l8 6 8-6',
  star: 'M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9L12 16.9l-5.2 2.8 1-5.9-4.3-4.1 5.9-.8z',
  bird: 'M2.5 14.5c3.5.3 5.7-1 7.3-3.5C11.4 8.3 13.3 6 16 6c1.7 0 3 .8 3.6 2.2l2.4 1-2.1 1.5c0 5-3.6 8.3-8.5 8.3-4 0-7-1.7-8.9-4.5zM9 16.5c3 .2 5.2-1.3 6-4',
};

export function Icon({ name, className }: { name: keyof typeof PATHS; className?: string }) {
  return (
    <svg class={'icon ' + (className || '')} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
