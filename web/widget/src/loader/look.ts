// How the launcher and the frame look on the host page. Lives in a shadow root as a constructed sheet, which a strict
// host CSP allows; what changes (--c colour, --f its ink) is set through CSSOM by the caller. Classes of the box:
// r/l side, o open, s sheet (small screen), h no launcher.

const SHEET =
  ':host{all:initial!important}' +
  'button,iframe{position:fixed;z-index:2147483000;bottom:calc(20px + env(safe-area-inset-bottom));right:20px;box-shadow:0 4px 32px #0004}' +
  '.l>*{right:auto;left:20px}' +
  'button{width:56px;height:56px;padding:14px;border:0;border-radius:50%;cursor:pointer;background:var(--c);color:var(--f)}' +
  'button:focus-visible{outline:3px solid #fff;box-shadow:0 0 0 6px #111}' +
  'svg{display:block;fill:currentColor;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}' +
  '.o svg{fill:none}' +
  'b{position:absolute;top:-3px;right:-3px;padding:0 6px;border-radius:10px;background:#c62828;color:#fff;font:600 12px/20px sans-serif}' +
  'i{position:fixed;clip-path:inset(50%)}' +
  'iframe{border:0;margin-bottom:70px;width:400px;height:min(700px,100vh - 110px);max-width:calc(100vw - 40px);border-radius:18px;background:Canvas;visibility:hidden;opacity:0;transform:translateY(12px);transition:.18s}' +
  '.o iframe{visibility:visible;opacity:1;transform:none}' +
  '.s iframe{box-sizing:border-box;inset:0;margin:0;width:100%;height:100%;max-width:none;border-radius:0;background:linear-gradient(var(--c) 50%,Canvas 0);padding:env(safe-area-inset-top) 0 env(safe-area-inset-bottom)}' +
  '.s.o button,.h button{display:none}' +
  '@media(prefers-reduced-motion){iframe{transition:none}}' +
  '@media print{div{display:none}}';

export function dress(root: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(SHEET);
    root.adoptedStyleSheets = [sheet];
  } catch {
    // Browsers older than constructed sheets.
    root.appendChild(document.createElement('style')).textContent = SHEET;
  }
}

export const SPEECH = 'M5 5h14v11h-8l-4 4v-4H5z';
export const DOWN = 'M5 9l7 7 7-7';

export function icon(): SVGElement {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.appendChild(document.createElementNS(space, 'path'));
  return svg;
}
