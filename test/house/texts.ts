/* eslint-disable @n8n/community-nodes/no-restricted-imports -- reads the repository */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';
import { ROOT } from './imports';

/** A comment, a text or a paragraph, with its line breaks and comment marks replaced by one space. */
export interface Text {
	/** From the root, with the line where the text starts, e.g. `README.md:12`. */
	place: string;
	text: string;
}

/** Files of the repository that are written by hand, below these folders or with these names. */
export function written(...paths: string[]): string[] {
	return paths.flatMap((path) => {
		if (statSync(join(ROOT, path)).isFile()) return path;
		const below = readdirSync(join(ROOT, path), { recursive: true, encoding: 'utf8' }).map((file) =>
			join(path, file).replaceAll('\\', '/'),
		);
		return below.filter(
			(file) => /\.(ts|m?js|md|json)$/.test(file) && !/node_modules|package(-lock)?\.json$|^playground\/n8n\/\d/.test(file),
		);
	});
}

function plain(text: string): string {
	return text.replace(/\s*\n\s*(\*\/|\*|\/\/)?\s*/g, ' ');
}

function textsOfCode(file: string, source: string): Text[] {
	const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, false, file.endsWith('.ts') ? ts.ScriptKind.TS : ts.ScriptKind.JS);
	const found = new Map<number, string>();
	const addComments = (position: number) => {
		for (const ranges of [ts.getLeadingCommentRanges(source, position), ts.getTrailingCommentRanges(source, position)]) {
			// Comments of one line each that follow each other are one text: a phrase can cross their line breaks.
			if (ranges?.length) found.set(ranges[0].pos, plain(source.slice(ranges[0].pos, ranges[ranges.length - 1].end)));
		}
	};
	const visit = (node: ts.Node): void => {
		addComments(node.pos);
		addComments(node.end);
		if (ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node)) found.set(node.getStart(tree), plain(node.text));
		ts.forEachChild(node, visit);
	};
	visit(tree);
	return [...found].map(([position, text]) => ({ place: `${file}:${tree.getLineAndCharacterOfPosition(position).line + 1}`, text }));
}

/** Paragraphs of a page, without its code: a word of a command or of a sample's output is not ours to choose. */
function textsOfPage(file: string, source: string): Text[] {
	const withoutCode = source.replace(/^```[^]*?^```/gm, (code) => code.replace(/[^\n]/g, '')).replace(/`[^`\n]*`/g, '…');
	return withoutCode.split('\n').map((text, line) => ({ place: `${file}:${line + 1}`, text }));
}

/** Every comment and text of a file of code, every text of a JSON file, every line of a page. */
export function textsOf(file: string): Text[] {
	const source = readFileSync(join(ROOT, file), 'utf8');
	if (file.endsWith('.md')) return textsOfPage(file, source);
	return textsOfCode(file, file.endsWith('.json') ? `(${source})` : source);
}
