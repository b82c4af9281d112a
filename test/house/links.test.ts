/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { MicrosoftDefenderOAuth2Api } from '../../credentials/MicrosoftDefenderOAuth2Api.credentials';
import nodeCodex from '../../nodes/DefenderLiveResponse/DefenderLiveResponse.node.json';
import triggerCodex from '../../nodes/DefenderLiveResponse/DefenderLiveResponseTrigger.node.json';
import manifest from '../../package.json';

const ROOT = join(__dirname, '..', '..');
const REPOSITORY = manifest.repository.url.replace('git+', '').replace('.git', '');
const RAW = `${REPOSITORY.replace('github.com', 'raw.githubusercontent.com')}/main/`;

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' })
	.split('\n')
	.filter((file) => file && existsSync(join(ROOT, file)));
const pages = tracked.filter((file) => file.endsWith('.md') && !file.startsWith('docs/live/'));

/** The anchors that GitHub gives to a page's headings. */
function anchorsOf(page: string): string[] {
	const headings = [...readFileSync(join(ROOT, page), 'utf8').matchAll(/^#{1,6} +(.+)$/gm)];
	return headings.map(([, text]) =>
		text
			.toLowerCase()
			.replace(/[^\p{L}\p{N} _-]/gu, '')
			.replaceAll(' ', '-'),
	);
}

/** Why a target in the repository is not there; undefined where it is. */
function missing(target: string): string | undefined {
	const [path, anchor] = target.split('#');
	const page = path === '' || !existsSync(join(ROOT, path)) ? path : relative(ROOT, join(ROOT, path));
	if (!existsSync(join(ROOT, page))) return `${target}: there is no such file`;
	if (anchor === undefined || !page.endsWith('.md')) return undefined;
	return anchorsOf(page).includes(anchor) ? undefined : `${target}: there is no such heading`;
}

/** A link's target in the repository; undefined for one that leads elsewhere. */
function targetOf(page: string, link: string): string | undefined {
	if (link.startsWith(RAW)) return link.slice(RAW.length);
	if (link.startsWith(`${REPOSITORY}/blob/main/`)) return link.slice(`${REPOSITORY}/blob/main/`.length);
	if (/^[a-z]+:/.test(link)) return undefined;
	return link.startsWith('#') ? page + link : join(dirname(page), link);
}

it.each(pages)('every link of %s leads somewhere', (page) => {
	const text = readFileSync(join(ROOT, page), 'utf8').replace(/```[\s\S]*?```/g, '');
	const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link);
	const wrong = links.map((link) => targetOf(page, link)).flatMap((target) => (target === undefined ? [] : (missing(target) ?? [])));
	expect(wrong).toEqual([]);
});

it('the pages that node and credential open are there', () => {
	const { documentationUrl } = new MicrosoftDefenderOAuth2Api();
	const urls = [nodeCodex, triggerCodex].flatMap(({ resources }) =>
		[...resources.credentialDocumentation, ...resources.primaryDocumentation].map(({ url }) => url),
	);
	for (const url of [documentationUrl, ...urls]) {
		const target = url === `${REPOSITORY}#readme` ? 'README.md' : targetOf('', url);
		expect([url, missing(target ?? 'elsewhere')]).toEqual([url, undefined]);
	}
});

it('README.md is short, and its pictures are also shown on npm', () => {
	expect(statSync(join(ROOT, 'README.md')).size).toBeLessThanOrEqual(9_000);
	const pictures = [...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)].map(([, address]) => address);
	for (const address of pictures) expect(address).toMatch(/^https:\/\//);
});
