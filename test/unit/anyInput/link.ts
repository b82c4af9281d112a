/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { urlToHttpOptions } from 'node:url';
import fc from 'fast-check';
import { checkLink, linkExpiry } from '../../../nodes/DefenderLiveResponse/download/linkCheck';
import { cloudOf } from '../../../nodes/DefenderLiveResponse/service/clouds';
import { propertiesOf } from './property';

const COMMERCIAL = cloudOf({ tenantId: 'contoso.com' }).downloadHosts;
const CUSTOM = ['storage.example.com', '.files.example.com', '127.0.0.1', 'localhost', '[::1]'];

const piece = fc.oneof(
	{
		weight: 6,
		arbitrary: fc.constantFrom(
			'https:',
			'http:',
			'//',
			'/',
			'\\',
			'@',
			':',
			'?',
			'#',
			'.',
			'%2e',
			'%2f',
			'%40',
			'\n',
			'\t',
			' ',
			'\0',
			':443',
			':80',
			'[::1]',
			'[::ffff:127.0.0.1]',
			'a',
			'a.blob.core.windows.net',
			'.blob.core.windows.net',
			'storage.example.com',
			'x.files.example.com',
			'evil.example',
			'127.0.0.1',
			'2130706433',
			'0x7f.1',
			'0177.0.0.1',
			'127.1',
			'localhost',
			'\u3002',
			'\uff0e',
			'\u00ad',
			'\u200d',
			'xn--',
			'\u0131',
			'?sig=SECRET',
		),
	},
	fc.string({ unit: 'binary', maxLength: 3 }),
);
const link = fc.oneof(
	{ weight: 3, arbitrary: fc.array(piece, { maxLength: 6 }).map((parts) => `https://${parts.join('')}`) },
	fc.array(piece, { maxLength: 8 }).map((parts) => parts.join('')),
	fc.webUrl(),
	// A good link with one thing put in anywhere.
	{
		weight: 3,
		arbitrary: fc
			.tuple(
				fc.constantFrom(
					'https://a.blob.core.windows.net/x?sig=SECRET',
					'https://storage.example.com/x?sig=SECRET',
					'http://127.0.0.1:80/x',
				),
				piece,
				fc.nat(),
			)
			.map(([good, part, at]) => {
				const place = at % (good.length + 1);
				return good.slice(0, place) + part + good.slice(place);
			}),
	},
	fc.string({ unit: 'binary' }),
);
const hosts = fc.constantFrom(COMMERCIAL, CUSTOM);

export const linkProperties = propertiesOf('link check', {
	'what is followed is https to an allowed host, or http to an allowed loopback, without user info and unchanged': fc.property(
		link,
		hosts,
		(text, allowed) => {
			const checked = checkLink(text, allowed);
			if (!('url' in checked)) return;
			expect(checked.url).toBe(text);
			const { protocol, hostname, username, password } = new URL(text);
			expect(allowed.some((host) => (host.startsWith('.') ? hostname.endsWith(host) && hostname !== host : hostname === host))).toBe(true);
			expect(username + password).toBe('');
			if (protocol !== 'https:') expect([protocol, ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)]).toEqual(['http:', true]);
		},
	),
	'Node.js connects to no other host than the one that was allowed, whichever way it reads the link': fc.property(
		link,
		hosts,
		(text, allowed) => {
			if (!('url' in checkLink(text, allowed))) return;
			const url = new URL(text);
			expect(urlToHttpOptions(url)).toMatchObject({ hostname: url.hostname.replace(/^\[|\]$/g, '') });
			// As RFC 3986 (appendix B) reads it, which knows nothing of what browsers repair.
			const authority = /^[^:/?#]+:\/\/([^/?#]*)/.exec(text)?.[1] ?? '';
			expect(new URL(`http://${authority}`).hostname).toBe(url.hostname);
		},
	),
	'a refusal quotes nothing but the host': fc.property(link, hosts, (text, allowed) => {
		const checked = checkLink(text, allowed);
		if ('refused' in checked) expect(checked.refused).not.toContain('SECRET');
	}),
	'the end of any link is a date or nothing': fc.property(link, (text) => {
		const ends = [text, `https://h/x?se=${text}`].map(linkExpiry);
		return ends.every((end) => end === null || /^[+-]?\d{4,6}-\d\d-\d\dT[\d:.]+Z$/.test(end));
	}),
});
