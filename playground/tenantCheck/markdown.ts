import { GROUPS } from './claims';
import type { Result } from './check';
import type { Report } from './report';

/** A text in a cell of a table. */
export function cell(text: string): string {
	return text.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ');
}

export const EMULATOR_NOTE = 'An emulator answered, not the service: this report settles nothing.';

/** The report as people read it. */
export function markdownReport(report: Report, results: Result[]): string {
	const { counts } = report;
	const differing = results.filter(({ result }) => result === 'differs');
	const lines = [
		'# Tenant check',
		'',
		...(report.answeredBy === 'emulator' ? [`**${EMULATOR_NOTE}**`, ''] : []),
		`${counts.asExpected} as expected, ${counts.differs} differ, ${counts.notAsked} not asked. ${report.date}, cloud ${report.cloud}, region ${report.region}, ${report.ran ? `with --run on ${report.osPlatform}` : 'reads only'}, ${report.calls} calls and ${report.polls} polls in ${report.minutes} minutes, signed in with a ${report.signIn}, package ${report.package}, Node.js ${report.node}.`,
		'',
		'The report holds no token, secret, link, name of tenant or device, user, comment, path or output.',
		'',
	];
	if (differing.length > 0) {
		lines.push('## What differs', '');
		for (const { claim, found } of differing) {
			lines.push(`- **${claim.id}** ${claim.claim}`, `  - seen: ${found}`, `  - means: ${claim.ifNot}`);
		}
		lines.push('');
	}
	for (const { title, claims } of GROUPS) {
		lines.push(`## ${title}`, '', '| claim | result | seen, or why not |', '|---|---|---|');
		for (const { claim, result, found } of results.filter((one) => claims.includes(one.claim))) {
			lines.push(`| ${claim.id} | ${result === 'differs' ? '**differs**' : result} | ${cell(found)} |`);
		}
		lines.push('');
	}
	return lines.join('\n');
}
