/* eslint-disable @n8n/community-nodes/no-restricted-imports -- reads the repository */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INode } from 'n8n-workflow';
import { EXAMPLE_FILES, readExample } from '../../playground/n8n/examples';
import { ROOT } from './imports';

const NOTE = 'n8n-nodes-base.stickyNote';
const MERGE = 'n8n-nodes-base.merge';

/** Of a node on n8n's canvas. */
const SIZE = 96;

type Point = [x: number, y: number];
interface Area {
	name: string;
	left: number;
	top: number;
	right: number;
	bottom: number;
}
interface Wire {
	name: string;
	from: Point;
	to: Point;
}

function areaOf({ name, type, position: [left, top], parameters }: INode): Area {
	const size = type === NOTE ? parameters : { width: SIZE, height: SIZE };
	return { name, left, top, right: left + Number(size.width), bottom: top + Number(size.height) };
}

/** The wires between main inputs and outputs that run from left to right, as straight lines. */
function wiresOf({ nodes, connections }: ReturnType<typeof readExample>): Wire[] {
	const named = (name: string) => nodes.find((node) => node.name === name)!;
	return Object.entries(connections)
		.flatMap(([source, { main = [] }]) =>
			main.flatMap((targets, output) =>
				(targets ?? []).map(({ node, index }) => {
					const [x, y] = named(source).position;
					const target = named(node);
					const [targetX, targetY] = target.position;
					const inputs = target.type === MERGE ? 2 : 1;
					return {
						name: `${source} ${output} → ${node}`,
						from: [x + SIZE, y + (SIZE * (output + 1)) / (main.length + 1)] as Point,
						to: [targetX, targetY + (SIZE * (index + 1)) / (inputs + 1)] as Point,
					};
				}),
			),
		)
		.filter(({ from, to }) => from[0] < to[0]);
}

/** On which side of a line a point is; 0 on the line. */
const side = ([ax, ay]: Point, [bx, by]: Point, [x, y]: Point) => Math.sign((bx - ax) * (y - ay) - (by - ay) * (x - ax));

function cross(a: Pick<Wire, 'from' | 'to'>, b: Pick<Wire, 'from' | 'to'>): boolean {
	return side(a.from, a.to, b.from) * side(a.from, a.to, b.to) < 0 && side(b.from, b.to, a.from) * side(b.from, b.to, a.to) < 0;
}

const overlap = (a: Area, b: Area) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

const pairs = <T>(list: T[]) => list.flatMap((first, i) => list.slice(i + 1).map((second) => [first, second] as const));

describe.each(EXAMPLE_FILES)('%s', (file) => {
	const example = readExample(file);
	const areas = example.nodes.map(areaOf);

	it('has a note that says what it does', () => {
		const notes = example.nodes.filter(({ type }) => type === NOTE).map(({ parameters }) => String(parameters.content));
		expect(notes).toEqual([expect.stringMatching(/^## \S.+\n+\S/)]);
	});

	it('has no wires that cross, and no nodes that overlap', () => {
		const wires = wiresOf(example);
		const crossed = pairs(wires).filter(([a, b]) => cross(a, b));
		const overlapping = pairs(areas).filter(([a, b]) => overlap(a, b));
		const names = (list: ReadonlyArray<ReadonlyArray<{ name: string }>>) => list.map((pair) => pair.map(({ name }) => name));
		expect({ crossed: names(crossed), overlapping: names(overlapping) }).toEqual({ crossed: [], overlapping: [] });
	});

	it('uses the credential that the other examples use, and is in the recipes', () => {
		const used = example.nodes.flatMap(({ credentials = {} }) => Object.entries(credentials));
		for (const [type, { id, name }] of used.filter(([type]) => type === 'microsoftDefenderOAuth2Api')) {
			expect([type, id, name]).toEqual(['microsoftDefenderOAuth2Api', 'defender', 'Microsoft Defender']);
		}
		expect(readFileSync(join(ROOT, 'docs', 'recipes.md'), 'utf8')).toContain(`](../examples/${file})`);
	});
});

it('has ids that no two workflows or nodes share', () => {
	const examples = EXAMPLE_FILES.map(readExample);
	for (const ids of [examples.map(({ id }) => id), examples.flatMap(({ nodes }) => nodes.map(({ id }) => id))]) {
		expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
	}
});
