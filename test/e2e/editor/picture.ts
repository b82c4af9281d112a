/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs beside n8n, not in it */
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import type { N8nVersion } from '../../../playground/n8n/install';
import { NEWEST } from '../../../playground/n8n/install';

const FOLDER = join(__dirname, '..', '..', '..', 'docs', 'images');

/** What n8n puts over its editor, and what does not belong to this package. */
const IN_THE_WAY = [
	'.el-notification',
	'.el-popper[role="tooltip"]',
	'[data-test-id="credential-edit-instance-ai-help-button"]',
	'[data-test-id="node-feature-request"]',
	'[data-test-id="canvas-controls"]',
	'[data-test-id="execute-workflow-button"]',
];

/** A part of the page, in CSS pixels. */
export interface Area {
	x: number;
	y: number;
	width: number;
	height: number;
}

/** The smallest area that holds all of these, and a margin. */
async function areaOf(locators: Locator[], margin: number): Promise<Area> {
	const boxes = await Promise.all(locators.map(async (locator) => (await locator.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }));
	const x = Math.min(...boxes.map((box) => box.x)) - margin;
	const y = Math.min(...boxes.map((box) => box.y)) - margin;
	const right = Math.max(...boxes.map((box) => box.x + box.width)) + margin;
	const bottom = Math.max(...boxes.map((box) => box.y + box.height)) + margin;
	return { x: Math.max(0, x), y: Math.max(0, y), width: right - Math.max(0, x), height: bottom - Math.max(0, y) };
}

/**
 * Takes a picture for the README of what the caller has seen to be there. Only runs of the whole suite change
 * docs/images, and only those of the newest n8n.
 *
 * @param shown what it has to show, or the area
 */
export async function takePicture(version: N8nVersion, name: string, page: Page, shown: Locator[] | Area, margin = 0): Promise<void> {
	if (version !== NEWEST || process.env.E2E_REPORT !== '1') return;
	const clip = Array.isArray(shown) ? await areaOf(shown, margin) : shown;
	await page.mouse.move(0, 0);
	await page.screenshot({
		path: join(FOLDER, `${name}.png`),
		clip,
		animations: 'disabled',
		caret: 'hide',
		style: `${IN_THE_WAY.join(', ')} { display: none !important; }`,
	});
}
