import fc from 'fast-check';
import { collectedFileName } from '../../../nodes/DefenderLiveResponse/download/fileName';
import { propertiesOf } from './property';

/** A gzip header with the name of a file (RFC 1952, 2.3.1). */
const gzipNamed = (name: string) =>
	Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3]), Buffer.from(`${name}\0`, 'latin1'), Buffer.from([1, 2])]);

const name = fc.oneof(
	fc.string({ unit: 'binary', maxLength: 30 }),
	// Halves of characters, which no text should have.
	fc.array(fc.integer({ min: 0xd700, max: 0xe0ff }), { maxLength: 6 }).map((codes) => String.fromCharCode(...codes)),
	fc
		.array(
			fc.constantFrom(
				'..',
				'.',
				'/',
				'\\',
				'%2f',
				'%5C',
				'%00',
				'%0a',
				'%0d%0a',
				'%ED%A0%80',
				'"',
				';',
				'a',
				'.gz',
				':',
				'\u202e',
				'\ud83d',
				' ',
				'%',
				'filename=',
				"UTF-8''",
				'CON',
				'con',
				'nul',
				'COM1',
				'lpt\u00b9',
				'aux',
				'.txt',
				'a'.repeat(150),
				'\u{1F600}'.repeat(80),
			),
			{ maxLength: 9 },
		)
		.map((parts) => parts.join('')),
);
const header = fc
	.tuple(name, fc.boolean())
	.map(([announced, isQuoted]) => `attachment; filename=${isQuoted ? `"${announced}"` : announced}`);
const nameOf = (contentDisposition: string, inside: string, path: string, compressed: boolean) =>
	collectedFileName({ contentDisposition, start: gzipNamed(inside), path, compressed });
const sources = [header, name, name, fc.boolean()] as const;

export const fileNameProperties = propertiesOf('file names', {
	'a name has no folder, nothing reserved and nothing unseen, whatever device and storage made of it': fc.property(
		...sources,
		(...from) => {
			const given = nameOf(...from);
			const isClean = !/[\\/<>:"|?*]|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(given) && !/^\.*$/.test(given.trim());
			return isClean && given.length <= 255 && (!from[3] || /\.gz$/i.test(given));
		},
	),
	'a name can be written as UTF-8 and in a header': fc.property(...sources, (...from) => {
		encodeURIComponent(nameOf(...from));
	}),
	'a name is not a Windows device': fc.property(...sources, (...from) => {
		return !/^(con|prn|aux|nul|(com|lpt)[0-9\u00b9\u00b2\u00b3])\s*(\.|$)/i.test(nameOf(...from));
	}),
});
