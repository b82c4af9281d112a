/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs beside n8n, not in it */
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { NEWEST } from '../../../playground/n8n/install';

const FOLDER = join(__dirname, '..', '..', '..', 'docs', 'images');

/** What n8n puts over its editor, and what does not belong to this package. */
const IN_THE_WAY = [
	'.el-notification',
	'.el-popper[role="tooltip"]',
	'[data-test-id="credential-edit-instance-ai-help-button"]',
	'[data-test-id="ask-assistant-button"]',
	'[data-test-id="node-feature-request"]',
	'[data-test-id="canvas-controls"]',
	'[data-test-id="execute-workflow-button"]',
	'[data-test-id="node-creator-plus-button"]',
	'[data-test-id="command-bar-button"]',
	'[data-test-id="add-sticky-button"]',
	'[data-test-id="toggle-focus-panel-button"]',
	'[data-test-id="instance-ai-canvas-action-button"]',
	'[data-test-id="floating-nodes"]',
];

/** A part of the page, in CSS pixels. */
export interface Area {
	x: number;
	y: number;
	width: number;
	height: number;
}

/** The smallest area that holds all of these, and a margin. */
export async function areaOf(locators: Locator[], margin: Partial<Record<'x' | 'y' | 'right', number>> = {}): Promise<Area> {
	const boxes: Area[] = [];
	for (const locator of locators) boxes.push((await locator.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 });
	const x = Math.max(0, Math.min(...boxes.map((box) => box.x)) - (margin.x ?? 0));
	const y = Math.max(0, Math.min(...boxes.map((box) => box.y)) - (margin.y ?? 0));
	const right = Math.max(...boxes.map((box) => box.x + box.width)) + (margin.right ?? margin.x ?? 0);
	const bottom = Math.max(...boxes.map((box) => box.y + box.height)) + (margin.y ?? 0);
	return { x, y, width: right - x, height: bottom - y };
}

/**
 * Makes a picture for the README of what the caller has seen to be there. Only runs of the whole suite change
 * docs/images, and only those of the newest n8n.
 *
 * @param area is asked for when everything that is in the way is gone
 */
export async function takePicture(version: string, name: string, page: Page, area: () => Promise<Area>): Promise<void> {
	if (version !== NEWEST || process.env.E2E_REPORT !== '1') return;
	await page.mouse.move(0, 0);
	const hidden = await page.addStyleTag({ content: `${IN_THE_WAY.join(', ')} { display: none !important; }` });
	await page.screenshot({ path: join(FOLDER, `${name}.png`), clip: await area(), animations: 'disabled', caret: 'hide' });
	await hidden.evaluate((style) => (style as Element).remove());
}
