import type { Figures, Goal, Part, Table } from './part';
import { isMet } from './part';
import { PAIRS } from './pairs';

/** What `npm run bench` keeps of a part, to write the page again without measuring it again. */
export interface Measured extends Figures {
	/** Where and when, as a sentence. */
	measured: string;
}

function cells(row: Array<string | number>): string {
	return `| ${row.map((cell) => String(cell).replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

function tableText({ caption, columns, rows }: Table): string {
	const lines = [cells(columns), cells(columns.map((_, i) => (i ? '---:' : '---'))), ...rows.map(cells)];
	return `${caption ? `${caption}\n\n` : ''}${lines.join('\n')}`;
}

const number = (value: number) => value.toLocaleString('en-US', { maximumSignificantDigits: 3 });

function goalRow(goal: Goal): string[] {
	const { what, figure, spread, atMost, atLeast } = goal;
	const wanted = atMost !== undefined ? `at most ${number(atMost)}` : `at least ${number(atLeast ?? 0)}`;
	const between = spread ? ` (${number(spread[0])} to ${number(spread[1])})` : '';
	return [what, wanted, `${number(figure)}${between}`, isMet(goal) ? 'yes' : '**no**'];
}

const GOALS = ['', 'goal', 'measured', 'met'];

function section(name: string, { title, text }: Part, figures: Measured | undefined): string {
	if (!figures) return `## ${title}\n\nNot measured yet: \`npm run bench ${name}\`.\n`;
	const { goals, tables, plots = [], remarks = [], measured } = figures;
	return [
		`## ${title}`,
		text,
		...(goals.length > 0 ? [tableText({ columns: GOALS, rows: goals.map(goalRow) })] : []),
		...tables.map(tableText),
		...remarks,
		...plots.map((plot) => `![${plot.title}](images/${plot.file}.svg)`),
		`*${measured}*\n`,
	].join('\n\n');
}

/** docs/benchmarks.md. */
export function pageOf(parts: Record<string, Part>, measured: Record<string, Measured | undefined>): string {
	const sections = Object.entries(parts).map(([name, part]) => section(name, part, measured[name]));
	return `# Benchmarks

How fast and how large the node is, compared with what people use today. \`npm run bench\` writes this page; \`npm run bench results files\` measures these parts alone. Everything runs against the [emulator](../playground/emulator) on the same machine, without the service's limits unless a section says otherwise. Figures are medians of ${PAIRS} rounds in which all sides are measured in turn, after one round that is not counted; the brackets hold the smallest and the largest value. Ratios are computed within a round. Nothing was run against a real tenant.

${sections.join('\n')}`;
}
