import fc from 'fast-check';
import { takeOffBanner, withoutMark } from '../../../nodes/DefenderLiveResponse/result/banner';
import { anyCharacter } from './anyCharacter';
import { fuzz } from './fuzzRuns';

const FOLDER = 'C:\\ProgramData\\Microsoft\\Windows Defender Advanced Threat Protection\\Temp\\PSScriptOutputs\\';
const PATH = `${FOLDER}PSScript_Transcript_{1954B499-0000-4000-8000-000000000000}.txt`;
const BANNER = `Transcript started, output file is ${PATH}`;
const anyText = fc.string({ unit: anyCharacter, maxLength: 60 });

describe('the banner', () => {
	it.each([
		['before a line feed', `${BANNER}\nout`, 'out'],
		['before CR LF', `${BANNER}\r\nout\r\nmore`, 'out\r\nmore'],
		['before CR CR LF', `${BANNER}\r\r\nout`, 'out'],
		['before an empty line', `${BANNER}\n\nout`, '\nout'],
		['as the only line', `${BANNER}\n`, ''],
		['without a line break', BANNER, ''],
		['before NULs', `${BANNER}\n\0`, '\0'],
		['behind a byte order mark', `\uFEFF${BANNER}\nout`, 'out'],
		['with blanks at its end', `${BANNER} \t\nout`, 'out'],
		['before a long output', `${BANNER}\n${'x'.repeat(5_000)}`, 'x'.repeat(5_000)],
	])('is taken off %s', (_, output, text) => {
		expect(takeOffBanner(output)).toEqual({ text, path: PATH });
	});

	it.each([
		['in English', BANNER],
		['in Japanese', `トランスクリプトが開始されました。出力ファイル: ${PATH}`],
		['in Japanese, with a verb', `トランスクリプトを開始しました。出力ファイルは「${PATH}」です。`],
		['in German', `Die Aufzeichnung wurde gestartet. Die Ausgabedatei ist "${PATH}".`],
		['in French', `Transcription démarrée, le fichier de sortie est ${PATH}`],
		['in French, with its quotes', `Transcription démarrée, le fichier de sortie est «${PATH}».`],
		['in French, with its quotes after a blank', `Transcription démarrée, le fichier de sortie est «\u00a0${PATH}\u00a0».`],
		['in Korean', `기록이 시작되었습니다. 출력 파일은 ${PATH}입니다.`],
		['in Chinese', `已启动脚本，输出文件为 ${PATH}`],
		['in Arabic', `بدأ النص، ملف الإخراج هو ${PATH}`],
		['in single quotes', `Avskrift startad, utdatafilen är '${PATH}'.`],
		['without words', PATH],
		['with a colon', `Log: ${PATH}`],
	])('is known by the path, %s', (_, banner) => {
		expect(takeOffBanner(`${banner}\r\n{"a":1}`)).toEqual({ text: '{"a":1}', path: PATH });
	});

	it.each([
		['on another drive', 'D:\\Temp\\PSScriptOutputs\\PSScript_Transcript_{1}.txt'],
		['in other case', 'c:\\programdata\\psscriptoutputs\\psscript_transcript_{1}.TXT'],
		['with letters of other languages', 'C:\\Ünï 日本\\PSScriptOutputs\\PSScript_Transcript_{1}.txt'],
		['with a name of another form', 'C:\\Temp\\PSScriptOutputs\\PSScript_Transcript_….txt'],
	])('names a file %s', (_, path) => {
		expect(takeOffBanner(`x ${path}\nout`)).toEqual({ text: 'out', path });
	});

	it.each([
		['in the second line', `out\n${BANNER}\nmore`],
		['in other words and another folder', 'Transcript started, output file is C:\\Temp\\t.txt\nout'],
		['in a line that goes on', `Copied ${PATH} to D:\\evidence\nout`],
		['in a line that goes on with a name', `Renamed ${PATH} as x.txt\nout`],
		['in a line that goes on with another sentence', `Found ${PATH}. Going on\nout`],
		['in a line that goes on in Japanese', `${PATH} を確認しました\nout`],
		['in quotes with more behind them', `"${PATH}" exists\nout`],
		['in JSON', `{"log":"${PATH.replaceAll('\\', '\\\\')}"}\nout`],
		['in a JSON text of one line', `{"log":"${PATH}"}\nout`],
		['of another file of the folder', `x ${FOLDER}Other_{1}.txt\nout`],
		['of a file of another type', `x ${FOLDER}PSScript_Transcript_{1}.log\nout`],
		['of a folder of that name', `x ${FOLDER}PSScript_Transcript_{1}.txt\\a\nout`],
		['without a drive', 'x \\Temp\\PSScriptOutputs\\PSScript_Transcript_{1}.txt\nout'],
		['in a line too long to be one', `${'x'.repeat(2_000)}${PATH}\nout`],
		['cut by the length of what is checked', `${'x'.repeat(2_000 - PATH.length)}${PATH}y\nout`],
		['nowhere', 'out'],
		['nowhere, the output being empty', ''],
	])('stays where it is %s', (_, text) => {
		expect(takeOffBanner(text)).toEqual({ text });
	});

	it('is taken off once', () => {
		expect(takeOffBanner(`${BANNER}\n${BANNER}\n`).text).toBe(`${BANNER}\n`);
	});

	it('leaves whatever is behind it as it is', () => {
		fc.assert(
			fc.property(anyText, fc.constantFrom('\n', '\r\n'), (text, lineBreak) => {
				expect(takeOffBanner(BANNER + lineBreak + text)).toEqual({ text, path: PATH });
			}),
			fuzz(),
		);
	});
});

it('takes a byte order mark off once, and nothing else', () => {
	expect(['\uFEFFa', '\uFEFF\uFEFF', 'a\uFEFF', ''].map(withoutMark)).toEqual(['a', '\uFEFF', 'a\uFEFF', '']);
});
