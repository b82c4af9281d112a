// Runs n8n's community package scanner on a folder, as n8n does before it verifies a package:
// `node tools/lint/scan.mjs <folder with the unpacked tarball> <folder with the sources>`.
import { analyzePackage, SOURCE_FILE_PATTERNS } from '@n8n/scan-community-package/scanner/scanner.mjs';

const [tarball, sources] = process.argv.slice(2);
const legs = [
	['tarball', tarball, ['package.json', '**/*.js']],
	['sources', sources, SOURCE_FILE_PATTERNS],
];
for (const [name, folder, patterns] of legs) {
	const { passed, message, details } = await analyzePackage(folder, patterns);
	console.log(`${name}: ${passed ? 'passed' : `${message}\n${details ?? ''}`}`);
	if (!passed) process.exitCode = 1;
}
