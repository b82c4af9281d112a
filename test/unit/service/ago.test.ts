import { ago } from '../../../nodes/DefenderLiveResponse/service/ago';

const NOW = Date.parse('2026-01-31T08:00:00Z');

it.each([
	['2026-01-31T07:59:30Z', 'less than a minute ago'],
	['2026-01-31T07:59:00Z', '1 minute ago'],
	['2026-01-31T07:48:00.1234567Z', '11 minutes ago'],
	['2026-01-31T06:00:00Z', '2 hours ago'],
	['2026-01-30T08:00:00Z', '1 day ago'],
	['2025-12-31T08:00:00Z', '31 days ago'],
	['2026-01-31T08:05:00Z', 'less than a minute ago'],
	['', ''],
	['soon', ''],
])('%s was %s', (date, expected) => expect(ago(date, NOW)).toBe(expected));
