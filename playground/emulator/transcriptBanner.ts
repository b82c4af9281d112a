export type Language = 'en' | 'ja' | 'de' | 'fr';

/** What Start-Transcript of Windows PowerShell writes, in the language of the system. */
const LINES: Record<Language, (path: string) => string> = {
	en: (path) => `Transcript started, output file is ${path}`,
	ja: (path) => `トランスクリプトが開始されました。出力ファイル: ${path}`,
	de: (path) => `Die Aufzeichnung wurde gestartet. Die Ausgabedatei ist "${path}".`,
	fr: (path) => `Transcription démarrée, le fichier de sortie est ${path}`,
};

/** The first line of a transcript, whose file the agent makes in its own folder. */
export function transcriptBanner(language: Language, guid: string): string {
	const folder = 'C:\\ProgramData\\Microsoft\\Windows Defender Advanced Threat Protection\\Temp\\PSScriptOutputs';
	return `${LINES[language](`${folder}\\PSScript_Transcript_{${guid.toUpperCase()}}.txt`)}\n`;
}
