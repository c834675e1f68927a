export { CHART_HOURS, type EvidencePart, evidencePart, type EvidenceSource } from './evidence-part.ts';
