/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs beside n8n, not in it */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GROUPS } from '../../../playground/tenantCheck/claims';
import { WINDOWS_DEVICE, startBench } from './bench';
import { terminalPicture } from './picture';

const PICTURE = join(__dirname, '..', '..', '..', 'docs', 'images', 'tenant-check.svg');
const COLUMNS = 110;
/** The whole table is too long for a page. */
const SHOWN = ['Library', 'Result links', 'Runs', 'Our own script'];

/** The printed table without the groups that are not shown. */
function shortened(printed: string): string {
	const parts = printed.trim().split(/\n\n/);
	const isShown = (part: string) =>
		SHOWN.some((title) => part.includes(`m${title}\u001b`)) || !GROUPS.some(({ title }) => part.includes(`m${title}\u001b`));
	return parts
		.map((part, i) => (isShown(part) ? part : i === 0 || isShown(parts[i - 1]) ? '…' : ''))
		.filter(Boolean)
		.join('\n\n');
}

// TENANT_CHECK_PICTURE=1 makes the picture again, from what the command prints.
test('the picture in the docs shows the claims of today, and what a difference means', async () => {
	if (process.env.TENANT_CHECK_PICTURE) {
		const bench = await startBench({ settings: { overwritesSilently: true } });
		bench.emulator.settings.nameActiveAction = true;
		const ran = await bench.run({ device: WINDOWS_DEVICE, colours: true, columns: COLUMNS });
		await bench.close();
		writeFileSync(PICTURE, terminalPicture(shortened(ran.out.slice(0, ran.out.indexOf('Report: '))), COLUMNS));
	}
	const picture = readFileSync(PICTURE, 'utf8');
	for (const { title, claims } of GROUPS)
		for (const { id } of claims) expect([id, picture.includes(`${id}\u00a0`)]).toEqual([id, SHOWN.includes(title)]);
	expect(picture).toContain('What differs, and what it means'.replaceAll(' ', '\u00a0'));
});
