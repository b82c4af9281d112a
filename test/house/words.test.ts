import { textsOf, written } from './texts';
import { PHRASES } from './words';

/** Where the table of phrases applies. */
const PLACES = [
	'nodes',
	'credentials',
	'test',
	'bench',
	'playground',
	'tools',
	'scripts',
	'examples',
	'README.md',
	'SECURITY.md',
	'CONTRIBUTING.md',
	'RELEASING.md',
	'CODE_OF_CONDUCT.md',
	'CHANGELOG.md',
	'docs/live.md',
	'docs/live',
	'docs/credentials.md',
	'docs/limits.md',
	'docs/recipes.md',
	'docs/results.md',
	'docs/sweep.md',
	'docs/response-actions.md',
	'docs/e2e.md',
	'docs/reliability.md',
	'docs/reliability',
	'docs/troubleshooting.md',
	'docs/benchmarks.md',
];
/** The table itself has every phrase. */
const TABLE = 'test/house/words.ts';

/** `file:line: phrase → better` for each phrase of a file that has a better one. */
function wordsToChange(file: string): string[] {
	return textsOf(file).flatMap(({ place, text }) =>
		PHRASES.flatMap(({ avoid, better, reason }) => {
			const match = new RegExp(avoid.source, 'i').exec(text);
			return match ? `${place}: "${match[0]}" → ${better} (${reason})` : [];
		}),
	);
}

it.each(PLACES)('uses plain words in %s', (place) => {
	const files = written(place).filter((file) => file !== TABLE);
	expect(files.flatMap(wordsToChange)).toEqual([]);
});
