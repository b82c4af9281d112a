import { GZIP_FILE_CONTENT, SMALL_FILE_CONTENT } from '../acting/ownFiles';
import { gzipFile, smallFile } from '../acting/ownRun';
import type { Answer } from '../calls';
import { claim, verdict } from '../claim';
import { gunzip, gzipName } from '../gzip';
import { NotAsked } from '../notAsked';
import { say } from '../say';
import { mediaType } from './judging';

function collected(answer: Answer): Answer {
	if (answer.status !== 200) throw new NotAsked('the file could not be downloaded: see storage.without-token');
	return answer;
}

export const FILE_CLAIMS = [
	claim({
		id: 'file.gzip',
		claim: 'A collected file comes in gzip.',
		source: 'several clients',
		affects: 'File: Decompress, by the first two bytes',
		ifNot: 'What is not gzip is passed on as it is. If another container comes, it is not opened.',
		emulator: 'file behaviour container',
		from: [smallFile],
		judge(answer) {
			const { body } = collected(answer);
			const inside = gunzip(body);
			const right = inside?.equals(SMALL_FILE_CONTENT) === true;
			return verdict(
				right,
				right
					? say`gzip, with the file in it`
					: inside
						? say`gzip, with something else in it`
						: body.equals(SMALL_FILE_CONTENT)
							? say`the file as it is`
							: say`another form`,
			);
		},
	}),
	claim({
		id: 'file.gzip-once',
		claim: 'A file that is in gzip already is packed once more: unpacked once, it is the file.',
		source: 'inferred',
		affects: 'one unpacking, not two',
		ifNot: "If it comes as it is, the node unpacks the user's own gzip file: switch File: Decompress off for such files.",
		emulator: 'behaviours.ts',
		from: [gzipFile],
		judge(answer) {
			const { body } = collected(answer);
			const right = gunzip(body)?.equals(GZIP_FILE_CONTENT) === true;
			return verdict(right, right ? say`packed once more` : body.equals(GZIP_FILE_CONTENT) ? say`as it is` : say`another form`);
		},
	}),
	claim({
		id: 'file.name',
		claim: 'The attachment is named as the file, with `.gz` behind it.',
		source: 'several clients',
		affects: 'the name of the binary file',
		ifNot: 'The node takes the name from the gzip header, or from the path.',
		emulator: 'behaviours.ts',
		from: [smallFile],
		judge(answer) {
			const value = collected(answer).headers['content-disposition'];
			const right = /^attachment;\s*filename="?n8n-tenant-check\.txt\.gz"?$/i.test(value ?? '');
			return verdict(right, right ? say`as clients saw it` : value === undefined ? say`none` : say`another form`);
		},
	}),
	claim({
		id: 'file.gzip-name',
		claim: "The gzip header has the file's name.",
		source: 'one client (PSLR)',
		affects: 'the name of the binary file where the attachment has none',
		ifNot: 'The name comes from the attachment, or from the path.',
		emulator: 'file behaviour fname',
		from: [smallFile],
		judge(answer) {
			const { body } = collected(answer);
			if (!gunzip(body)) throw new NotAsked('the file did not come in gzip: see file.gzip');
			const name = gzipName(body);
			return verdict(
				name === 'n8n-tenant-check.txt',
				name === 'n8n-tenant-check.txt' ? say`the name` : name === undefined ? say`none` : say`another name`,
			);
		},
	}),
	claim({
		id: 'file.content-type',
		claim: 'A collected file is served as `application/octet-stream`.',
		source: 'unknown: our assumption',
		affects: "the file's type is guessed from its name where the storage says nothing better",
		ifNot: 'The binary has the type that the storage says.',
		emulator: 'behaviour contentType',
		from: [smallFile],
		judge(answer) {
			const type = collected(answer).headers['content-type'];
			return verdict(/^application\/octet-stream\b/i.test(type ?? ''), mediaType(type));
		},
	}),
];
