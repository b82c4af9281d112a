/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- a tool for developers */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';

const FOLDER = join(__dirname, 'nodes');

/** Puts the nodes of the benchmarks where n8n looks for a user's own; their types begin with `CUSTOM.`. */
export function addBenchNodes(n8nFolder: string): void {
	const place = join(n8nFolder, 'custom');
	mkdirSync(place, { recursive: true });
	for (const name of readdirSync(FOLDER)) {
		const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true };
		const { outputText } = transpileModule(readFileSync(join(FOLDER, name), 'utf8'), { compilerOptions });
		writeFileSync(join(place, name.replace(/\.ts$/, '.node.js')), outputText);
	}
}
