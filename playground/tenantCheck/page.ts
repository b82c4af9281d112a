/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs beside n8n, not in it */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLAIMS, GROUPS } from './claims';
import { cell } from './markdown';
import type { Report } from './report';

const DOCS = join(__dirname, '..', '..', 'docs');
const REPORTS = join(DOCS, 'live');
export const PAGE = join(DOCS, 'live.md');

/** What comes before the tables; the rest of the page is made from the claims. */
const INTRODUCTION = join(REPORTS, 'introduction.md');

/** Reports of real tenants that maintainers have accepted: one file each. */
export function acceptedReports(): Report[] {
	const names = readdirSync(REPORTS)
		.filter((name) => name.endsWith('.json'))
		.sort();
	return names.map((name) => JSON.parse(readFileSync(join(REPORTS, name), 'utf8')) as Report);
}

/** Who has settled a claim, when and in which cloud. */
function settled(id: string, reports: Report[]): string {
	const marks = reports
		.filter(({ answeredBy }) => answeredBy === 'service')
		.flatMap(({ date, cloud, claims }) =>
			claims
				.filter((claim) => claim.id === id && claim.result !== 'not asked')
				.map(({ result }) => `${result === 'differs' ? '**differs**' : 'holds'} (${cloud}, ${date})`),
		);
	return marks.length === 0 ? 'not yet' : marks.join('<br>');
}

/** docs/live.md. */
export function livePage(reports: Report[]): string {
	const lines = [
		readFileSync(INTRODUCTION, 'utf8')
			.trimEnd()
			.replace('{count}', String(CLAIMS.length))
			.replace('{runCount}', String(CLAIMS.filter(({ acts }) => acts).length)),
		'',
	];
	for (const { title, claims } of GROUPS) {
		lines.push(`### ${title}`, '', '| claim | asked by | source | affects | emulator | settled |', '|---|---|---|---|---|---|');
		for (const claim of claims) {
			const asks = `${claim.asks}${claim.acts ? ' (`--run`)' : ''}`;
			lines.push(
				`| **${claim.id}** ${[claim.claim, asks, claim.source, claim.affects, claim.emulator, settled(claim.id, reports)].map(cell).join(' | ')} |`,
			);
		}
		lines.push('');
	}
	return lines.join('\n');
}

export function writePage(): void {
	writeFileSync(PAGE, livePage(acceptedReports()));
}
