import { GROUPS } from './claims';
import type { Result } from './check';
import type { Report } from './report';
import { EMULATOR_NOTE } from './markdown';

const MARKS = { 'as expected': ['✓', 32], differs: ['≠', 31], 'not asked': ['·', 90] } as const;
const ID_WIDTH = 28;
const MIN_WIDTH = 60;

/** How texts are coloured, or not. */
export type Paint = (text: string, colour: number) => string;
export const plain: Paint = (text) => text;
export const ansi: Paint = (text, colour) => `\u001b[${colour}m${text}\u001b[0m`;
const BOLD = 1;

/**
 * The table for the terminal.
 *
 * @param width columns of the terminal
 */
export function terminalTable(report: Report, results: Result[], width: number, paint: Paint): string {
	const columns = Math.max(MIN_WIDTH, width);
	const lines: string[] = [];
	for (const { title, claims } of GROUPS) {
		lines.push('', paint(title, BOLD));
		for (const { claim, result, found } of results.filter((one) => claims.includes(one.claim))) {
			const [sign, colour] = MARKS[result];
			const text = result === 'not asked' ? `not asked: ${found}` : found;
			lines.push(paint(`  ${sign} ${claim.id.padEnd(ID_WIDTH)}${cut(text, columns - ID_WIDTH - 4)}`, colour));
		}
	}
	const differing = results.filter(({ result }) => result === 'differs');
	if (differing.length > 0) lines.push('', paint('What differs, and what it means', BOLD));
	for (const { claim, found } of differing) {
		lines.push(
			paint(`  ≠ ${claim.id}`, MARKS.differs[1]),
			...wrapped('claimed:', plainText(claim.claim), columns),
			...wrapped('seen:', found, columns),
			...wrapped('means:', plainText(claim.ifNot), columns),
		);
	}
	const { counts } = report;
	lines.push(
		'',
		paint(`${counts.asExpected} as expected, ${counts.differs} differ, ${counts.notAsked} not asked`, BOLD) +
			` (${report.calls} calls and ${report.polls} polls in ${report.minutes} minutes)`,
	);
	if (report.answeredBy === 'emulator') lines.push(EMULATOR_NOTE);
	return lines.join('\n');
}

/** Without the marks of Markdown. */
function plainText(text: string): string {
	return text.replaceAll('`', '').replace(/\*(\w[^*]*\w)\*/g, '$1');
}

function cut(text: string, length: number): string {
	return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** A label with a text that goes on below itself. */
function wrapped(label: string, text: string, columns: number): string[] {
	const indent = 14;
	const lines = [''];
	for (const word of text.split(' ')) {
		const last = lines[lines.length - 1];
		if (last !== '' && last.length + 1 + word.length > columns - indent) lines.push(word);
		else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
	}
	return lines.map((line, i) => `    ${(i === 0 ? label : '').padEnd(indent - 4)}${line}`);
}
