// The shop's pictures, drawn by us: one function per kind of product, on a 200 × 200 field. `a` and `b` are the
// product's own light and dark tone.

const r = (x, y, w, h, rx, fill, more = '') => `<rect x="${x}" y="${y}" width="${w}" height="${h}" rx="${rx}" fill="${fill}" ${more}/>`;
const c = (x, y, radius, fill, more = '') => `<circle cx="${x}" cy="${y}" r="${radius}" fill="${fill}" ${more}/>`;
const p = (d, fill, more = '') => `<path d="${d}" fill="${fill}" ${more}/>`;
const line = (d, stroke, width, more = '') => `<path d="${d}" fill="none" stroke="${stroke}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round" ${more}/>`;
const G = 'url(#g)';
const shine = (x, y, w, h, rx) => r(x, y, w, h, rx, '#fff', 'opacity=".16"');

const phone = (lenses) => (a, b) =>
  r(52, 26, 66, 142, 14, b) + r(54, 28, 62, 138, 12, G) + r(60, 34, 34, 14 + lenses * 14, 12, b, 'opacity=".55"') +
  Array.from({ length: lenses }, (_, i) => c(77, 49 + i * 15, 6.5, '#10151d') + c(77, 49 + i * 15, 2.6, '#5a7ca6') + c(75.5, 47.5 + i * 15, 1, '#fff')).join('') + c(102, 42, 3, '#fff', 'opacity=".8"') +
  r(96, 38, 58, 134, 13, '#0c1118') + r(99, 41, 52, 128, 10, '#dcebfa') + p('M99 118c14-16 30 8 52-14v55a10 10 0 0 1-10 10h-32a10 10 0 0 1-10-10z', a, 'opacity=".75"') + p('M99 136c18-14 32 10 52-8v31a10 10 0 0 1-10 10h-32a10 10 0 0 1-10-10z', b, 'opacity=".7"') + c(125, 49, 2.6, '#0c1118') + r(110, 62, 30, 5, 2.5, b, 'opacity=".8"') + r(116, 71, 18, 3, 1.5, b, 'opacity=".45"');

const cover = (holes, clear) => (a, b) =>
  r(60, 24, 80, 150, 18, b, clear ? 'opacity=".35"' : '') + r(64, 28, 72, 142, 15, G, clear ? 'opacity=".45"' : '') + r(70, 34, 34, 18 + holes * 14, 13, '#0c1118', `opacity="${clear ? 0.35 : 0.5}"`) +
  Array.from({ length: holes }, (_, i) => c(87, 50 + i * 15, 6, '#10151d')).join('') + (clear ? c(64, 28, 7, b, 'opacity=".4"') + c(136, 28, 7, b, 'opacity=".4"') + c(64, 170, 7, b, 'opacity=".4"') + c(136, 170, 7, b, 'opacity=".4"') : '') + shine(116, 34, 8, 130, 4) + p('M92 138q8-10 18-4l5-3-1 6q-1 8-10 8-9 0-12-7z', '#fff', 'opacity=".65"');

const film = (a) => `<g transform="rotate(-8 100 100)">${r(46, 34, 70, 138, 14, a, 'opacity=".28" stroke="#7fa6cf" stroke-width="2"')}</g>` + r(80, 30, 72, 142, 14, '#eaf4ff', 'opacity=".75" stroke="#8fb4da" stroke-width="2.5"') + p('M92 150L136 46h10L102 160z', '#fff', 'opacity=".75"') + c(116, 44, 4, '#8fb4da');

const cable = (first) => (a, b) =>
  line('M66 60c0 40 76 24 76 62s-72 40-72 8 60-22 70 4', b, 7) + line('M66 60c0 40 76 24 76 62s-72 40-72 8 60-22 70 4', a, 3, 'stroke-dasharray="2 5"') + r(56, 38, 20, 30, 6, G) + r(first ? 58 : 60, first ? 22 : 26, first ? 16 : 12, first ? 18 : 14, 3, '#b9c4d0') + `<g transform="rotate(20 144 140)">${r(134, 128, 20, 30, 6, G)}${r(138, 156, 12, 14, 3, '#b9c4d0')}</g>`;

const charger = (ports) => () => r(56, 58, 88, 96, 22, G) + shine(64, 66, 10, 78, 5) + Array.from({ length: ports }, (_, i) => r(82, ports === 2 ? 88 + i * 26 : 100, 36, 12, 6, '#0c1118', 'opacity=".75"')).join('') + r(78, 32, 9, 28, 3, '#aab5c1') + r(113, 32, 9, 28, 3, '#aab5c1');

const buds = (stem) => (a, b) =>
  r(44, 92, 112, 80, 36, G) + line('M46 124h108', b, 2, 'opacity=".45"') + c(100, 138, 3, '#5fd38d') +
  [[72, 1], [128, -1]].map(([x, s]) => c(x, 56, 17, a) + c(x + s * 10, 54, 8, b) + r(x - s * 4 - 6, 58, 12, stem, 6, a) + c(x - s * 3, 52, 4, '#fff', 'opacity=".6"')).join('');

const draw = {
  phone3: phone(3),
  phone2: phone(2),
  phone1: phone(1),
  tablet: (a, b) => r(34, 40, 132, 112, 14, '#10151d') + r(40, 46, 120, 100, 9, '#dcebfa') + p('M40 112c30-30 66 16 120-22v47a9 9 0 0 1-9 9H49a9 9 0 0 1-9-9z', a, 'opacity=".8"') + p('M40 128c40-22 80 12 120-10v19a9 9 0 0 1-9 9H49a9 9 0 0 1-9-9z', b, 'opacity=".75"') + r(58, 60, 40, 7, 3.5, b, 'opacity=".8"') + r(58, 73, 26, 5, 2.5, b, 'opacity=".4"'),
  pen: (a, b) => `<g transform="rotate(38 100 100)">${r(92, 18, 16, 140, 7, G)}${p('M92 150h16l-6 24q-2 4-4 0z', b)}${r(92, 30, 16, 3, 0, b, 'opacity=".4"')}${shine(95, 36, 3, 110, 1.5)}</g>`,
  folio: (a, b) => p('M40 150L66 46h92l-14 104z', G) + p('M58 150L82 58h66l-12 92z', '#10151d', 'opacity=".82"') + p('M40 150h104l10 10H52z', b) + p('M76 130l13-52h46l-7 52z', a, 'opacity=".55"'),
  watch: (a, b) => p('M76 22h48l6 44H70zM70 134h60l-6 44H76z', b) + r(58, 56, 84, 88, 28, '#10151d') + c(100, 100, 35, G) + c(100, 100, 28, '#0c1118', 'opacity=".55"') + line('M100 100V80M100 100l14 8', '#fff', 4) + r(142, 90, 6, 18, 3, '#8792a0'),
  strap: (a, b) => p('M70 28h24l4 66H66zM106 108h28l-4 64h-20z', G) + [44, 58, 72].map((y) => c(82, y, 3, b)).join('') + [124, 138, 152].map((y) => c(120, y, 3, b)).join('') + r(66, 92, 32, 8, 4, '#aab5c1') + r(104, 100, 32, 8, 4, '#aab5c1'),
  dock: (a, b) => `<ellipse cx="100" cy="128" rx="56" ry="24" fill="${b}"/><ellipse cx="100" cy="118" rx="56" ry="24" fill="${G}"/><ellipse cx="100" cy="116" rx="26" ry="11" fill="#fff" opacity=".65"/>` + line('M156 124c26 4 22 36-10 38', b, 5),
  buds: buds(30),
  budspro: buds(20),
  dive: (a, b) => r(54, 26, 92, 146, 18, b) + r(62, 34, 76, 130, 12, '#cfe8ff') + p('M62 96c20-14 40 12 76-6v62a12 12 0 0 1-12 12H74a12 12 0 0 1-12-12z', '#58a9e8', 'opacity=".8"') + c(86, 122, 5, '#fff', 'opacity=".7"') + c(104, 108, 3.4, '#fff', 'opacity=".7"') + c(112, 130, 4, '#fff', 'opacity=".7"') + r(144, 66, 8, 26, 4, a) + r(144, 102, 8, 14, 4, a) + line('M66 172c-22 18-34-14-14-18', a, 5) + r(78, 44, 18, 18, 9, '#0c1118'),
  sachet: (a, b) => [[-10, 46, 62], [4, 62, 52], [14, 82, 44]].map(([angle, x, y]) => `<g transform="rotate(${angle} 100 100)">${r(x, y, 66, 92, 6, '#f6f9fc', `stroke="${a}" stroke-width="2.5"`)}${r(x + 8, y + 12, 50, 16, 4, b, 'opacity=".85"')}${r(x + 8, y + 36, 50, 5, 2.5, a, 'opacity=".6"')}${r(x + 8, y + 46, 34, 5, 2.5, a, 'opacity=".6"')}</g>`).join(''),
  case3: cover(3),
  case2: cover(2),
  caseclear: cover(1, true),
  film,
  charger2: charger(2),
  charger1: charger(1),
  stand: (a, b) => `<ellipse cx="100" cy="164" rx="54" ry="12" fill="${b}"/>` + p('M74 160l10-34h32l10 34z', b) + r(62, 36, 76, 104, 22, G) + c(100, 82, 26, '#fff', 'opacity=".22"') + p('M103 62l-16 24h12l-3 18 17-25h-12z', '#fff'),
  cablecc: cable(false),
  cableac: cable(true),
  power: (a, b) => r(58, 30, 84, 140, 16, G) + shine(66, 38, 8, 124, 4) + r(92, 52, 36, 18, 9, '#0c1118', 'opacity=".7"') + `<text x="110" y="65" font-size="11" font-weight="700" text-anchor="middle" fill="#7ee2a8" font-family="sans-serif">100</text>` + line('M122 30c0-16 26-12 24 6v46', b, 6) + r(140, 78, 13, 20, 3, '#b9c4d0'),
  washer: (a, b) => r(44, 26, 112, 148, 12, G) + r(44, 26, 112, 30, 12, b, 'opacity=".35"') + c(64, 41, 7, '#fff') + r(96, 34, 48, 14, 4, '#10151d', 'opacity=".8"') + c(100, 114, 42, '#8a96a3') + c(100, 114, 36, '#16202c') + p('M66 122q18-14 34 0t34 0a35 35 0 0 1-68 0z', '#4aa3ea') + c(86, 102, 5, '#fff', 'opacity=".35"') + c(110, 96, 3.5, '#fff', 'opacity=".35"'),
  box: (a, b) => p('M46 70l54-24 54 24v76l-54 26-54-26z', G) + p('M46 70l54 26v76l-54-26z', b, 'opacity=".35"') + p('M46 70l54 26 54-26-54-24z', '#fff', 'opacity=".35"') + c(126, 122, 14, '#fff', 'opacity=".85"') + p('M126 112q9 11 0 18-9-7 0-18z', b),
  aircon: (a, b) => r(22, 56, 156, 58, 16, G) + r(34, 94, 132, 9, 4.5, b, 'opacity=".5"') + `<text x="150" y="80" font-size="15" font-weight="700" text-anchor="middle" fill="${b}" font-family="sans-serif">26°</text>` + [60, 100, 140].map((x) => line(`M${x} 126c-8 10 8 18 0 30`, '#7cc3f5', 4)).join(''),
  fridge: (a, b) => r(48, 20, 104, 158, 10, G) + line('M100 20v158M48 112h104', b, 2.5, 'opacity=".55"') + r(92, 76, 4, 28, 2, b) + r(104, 76, 4, 28, 2, b) + r(92, 120, 4, 22, 2, b) + r(104, 120, 4, 22, 2, b) + r(58, 34, 24, 15, 4, '#10151d', 'opacity=".75"') + shine(140, 26, 6, 146, 3),
  robot: (a, b) => `<ellipse cx="88" cy="136" rx="62" ry="30" fill="${b}"/><ellipse cx="88" cy="124" rx="62" ry="30" fill="${G}"/><ellipse cx="88" cy="118" rx="20" ry="9" fill="#10151d"/>` + c(88, 116, 3, '#5fd38d') + r(146, 40, 40, 116, 12, b) + r(151, 46, 30, 50, 8, a) + line('M34 140l-14 10M36 146l-8 16', '#8792a0', 3),
  brushes: (a, b) => r(34, 88, 100, 20, 10, G) + Array.from({ length: 9 }, (_, i) => line(`M${42 + i * 10} 84l5 28`, b, 2.5)).join('') + [0, 120, 240].map((angle) => `<g transform="rotate(${angle} 146 140)">${line('M146 140v-26', a, 5)}</g>`).join('') + c(146, 140, 8, b) + r(46, 126, 60, 40, 8, '#dfe7ef') + [56, 68, 80, 92].map((x) => line(`M${x} 132v28`, '#a9b6c4', 2.5)).join('') + r(110, 44, 54, 30, 8, b, 'opacity=".6"'),
  purifier: (a, b) => r(58, 24, 84, 152, 22, G) + `<ellipse cx="100" cy="36" rx="30" ry="9" fill="${b}" opacity=".45"/>` + c(100, 74, 15, '#10151d', 'opacity=".8"') + `<text x="100" y="79" font-size="13" font-weight="700" text-anchor="middle" fill="#7ee2a8" font-family="sans-serif">12</text>` + [112, 122, 132, 142, 152].map((y) => line(`M74 ${y}h52`, b, 2.5, 'opacity=".5"')).join(''),
  filter: (a, b) => `<ellipse cx="100" cy="150" rx="48" ry="16" fill="${b}"/>` + r(52, 52, 96, 98, 0, G) + Array.from({ length: 11 }, (_, i) => line(`M${57 + i * 8.6} 58v90`, '#fff', 2, 'opacity=".45"')).join('') + `<ellipse cx="100" cy="52" rx="48" ry="16" fill="${b}"/><ellipse cx="100" cy="52" rx="26" ry="8" fill="#10151d" opacity=".75"/>`,
  cooker: (a, b) => r(38, 72, 124, 88, 34, G) + p('M46 84q4-34 54-34t54 34z', b, 'opacity=".55"') + r(84, 42, 32, 12, 6, b) + r(70, 108, 60, 32, 8, '#10151d', 'opacity=".85"') + `<text x="100" y="129" font-size="15" font-weight="700" text-anchor="middle" fill="#ffcf70" font-family="sans-serif">0:40</text>` + line('M78 30q6-8 0-16M100 26q6-8 0-16M122 30q6-8 0-16', '#a9b6c4', 3, 'opacity=".7"'),
  kettle: (a, b) => p('M66 58h68l14 106q1 10-10 10H62q-11 0-10-10z', G) + r(72, 44, 56, 14, 7, b) + c(100, 40, 6, b) + line('M134 70q40 6 20 70', b, 10) + p('M66 66L44 58l18 34z', a) + r(86, 124, 28, 16, 8, '#10151d', 'opacity=".8"') + shine(74, 70, 7, 90, 3.5),
  fryer: (a, b) => r(50, 28, 100, 144, 28, G) + r(62, 84, 76, 62, 12, '#10151d', 'opacity=".9"') + p('M68 132q10-16 20-2 8-18 18-2 10-14 26 2v10H68z', '#f0a53c') + r(84, 150, 32, 9, 4.5, b) + `<text x="100" y="62" font-size="17" font-weight="700" text-anchor="middle" fill="${b}" font-family="sans-serif">200°</text>`,
};

const BLUE = ['#6aa7ee', '#1d4f91'];
const WHITE = ['#f5f8fb', '#98a7b8'];
const DARK = ['#5b6675', '#222a35'];
const SAND = ['#f3e6d0', '#b99a6b'];
const MINT = ['#a8e0cf', '#3c8f78'];
const CORAL = ['#ffb199', '#d4552f'];

const look = {
  'BW-P10PRO': ['phone3', BLUE], 'BW-P10': ['phone2', SAND], 'BW-P10LITE': ['phone1', MINT], 'BW-T11': ['tablet', BLUE], 'BW-PEN2': ['pen', WHITE], 'BW-CASE-T11': ['folio', BLUE], 'BW-W2': ['watch', BLUE], 'BW-BAND22': ['strap', CORAL], 'BW-DOCK-W2': ['dock', WHITE],
  'BW-BUDS3': ['buds', WHITE], 'BW-BUDS3PRO': ['budspro', DARK], 'BW-CASE-WP': ['dive', CORAL], 'BW-DESICCANT': ['sachet', BLUE], 'BW-CASE-P10PRO': ['case3', CORAL], 'BW-CASE-P10': ['case2', BLUE], 'BW-CASE-P10LITE': ['caseclear', BLUE], 'BW-FILM-P10PRO': ['film', BLUE], 'BW-FILM-P10': ['film', MINT], 'BW-FILM-P10LITE': ['film', SAND],
  'BW-CHG-90': ['charger2', DARK], 'BW-CHG-67': ['charger1', WHITE], 'BW-CHG-W50': ['stand', DARK], 'BW-CAB-CC100': ['cablecc', BLUE], 'BW-CAB-AC': ['cableac', DARK], 'BW-PB-10K': ['power', BLUE], 'BW-WM10': ['washer', WHITE], 'BW-TUBCLEAN': ['box', BLUE], 'BW-AC15': ['aircon', WHITE], 'BW-FR520': ['fridge', ['#c9d3dd', '#66727f']], 'BW-RV8': ['robot', WHITE], 'BW-RV8-KIT': ['brushes', BLUE], 'BW-AP600': ['purifier', WHITE], 'BW-AP600-FILTER': ['filter', MINT], 'BW-RC4': ['cooker', ['#fdf3ee', '#c08a73']], 'BW-KT17': ['kettle', SAND], 'BW-AF5': ['fryer', MINT],
};

let made = 0;

/** A picture of the product; a plain box for one that was added to the catalogue later. */
export function picture(sku) {
  const [kind, [light, dark]] = look[sku] || ['box', BLUE];
  const id = 'g' + ++made;
  const art = draw[kind](light, dark).split('url(#g)').join(`url(#${id})`);
  return `<svg viewBox="0 0 200 200" aria-hidden="true" focusable="false"><defs><linearGradient id="${id}" x1="0" y1="0" x2=".6" y2="1"><stop offset="0" stop-color="${light}"/><stop offset="1" stop-color="${dark}" stop-opacity=".92"/></linearGradient></defs><ellipse cx="100" cy="180" rx="62" ry="7" fill="#0b2a4a" opacity=".12"/>${art}</svg>`;
}

export const whale = '<svg viewBox="0 0 40 40" aria-hidden="true" focusable="false"><path d="M3 22c0-7 6-12 14-12 9 0 13 6 15 10 1 2 3 1 3-2-3 0-5-3-4-6 2 0 4 1 5 3 1-2 3-3 4-3 0 4-1 7-3 8 0 8-7 13-16 13C10 33 3 29 3 22z" fill="currentColor"/><circle cx="12" cy="20" r="1.7" fill="#fff"/><path d="M5 25c5 4 12 5 19 2" fill="none" stroke="#fff" stroke-width="1.6" stroke-linecap="round" opacity=".85"/><path d="M16 7q-1-4-5-4M17 7q1-4 5-4" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"/></svg>';
