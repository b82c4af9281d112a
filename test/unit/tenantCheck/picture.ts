/** Colours of the terminal, on a dark ground. */
const COLOURS: Record<string, string> = { '31': '#ff7b72', '32': '#7ee787', '90': '#8b949e' };
const PLAIN = '#e6edf3';
const GROUND = '#0d1117';
/** In pixels. */
const LINE_HEIGHT = 18;
const LETTER_WIDTH = 7.83;
const PADDING = 16;
const FONT_SIZE = 13;

const ESCAPE = String.fromCharCode(27);
const COLOURED = new RegExp(`^${ESCAPE}\\[(\\d+)m(.*)${ESCAPE}\\[0m(.*)$`);

/** Blanks that no viewer drops. */
const escaped = (text: string) => text.replaceAll(' ', '\u00a0').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** What a terminal showed, as a picture: its text and colours as they were printed. */
export function terminalPicture(printed: string, columns: number): string {
	const lines = printed.replace(/\n+$/, '').split('\n');
	const width = Math.ceil(columns * LETTER_WIDTH + 2 * PADDING);
	const height = lines.length * LINE_HEIGHT + 2 * PADDING;
	const texts = lines.map((line, i) => {
		const [, code, inner = line, rest = ''] = COLOURED.exec(line) ?? [];
		const style = code === '1' ? ` font-weight="bold"` : code === undefined ? '' : ` fill="${COLOURS[code]}"`;
		return inner === ''
			? ''
			: `<text x="${PADDING}" y="${PADDING + FONT_SIZE + i * LINE_HEIGHT}"><tspan${style}>${escaped(inner)}</tspan>${escaped(rest)}</text>`;
	});
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="Output of npm run tenant:check">`,
		`<rect width="${width}" height="${height}" rx="8" fill="${GROUND}"/>`,
		`<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${FONT_SIZE}" fill="${PLAIN}">`,
		...texts.filter(Boolean),
		'</g>',
		'</svg>',
		'',
	].join('\n');
}
