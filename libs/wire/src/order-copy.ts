import { z } from 'zod';
import { ORDER_TOLD_KINDS } from '#core';

const instant = z.number().int().min(0).max(8_640_000_000_000_000);
const count = z.number().int().min(0).nullable();
const text = z.object({
  title: z.string(),
  body: z.string(),
  /** What had to be left out for the length, each in a sentence for staff. */
  cut: z.array(z.string()).readonly(),
});
const refused = z.object({ refused: z.string() });

/** Texts that a person copies onto other people's screens. */
export const orderCopyDto = z
  .object({
    orderId: z.string(),
    transitionId: z.string(),
    kind: z.enum(ORDER_TOLD_KINDS),
    status: z.enum(['actual', 'exercise', 'test']),
    issuedAt: instant,
    /** 緊急速報メール: at most 15 characters, 200 and 500; refused where it may not be used. */
    areaMail: z.union([z.object({ short: text, long: text }), refused]),
    /** Lアラート, EvacuationOrder. */
    hub: z.object({
      documentId: z.string(),
      documentRevision: z.number().int().min(1),
      status: z.enum(['通常', '訓練', '試験']),
      distributionType: z.enum(['Report', 'Update', 'Cancel']),
      issuerCode: z.string(),
      issuerName: z.string(),
      reportedAt: z.string(),
      disasterName: z.string(),
      orders: z
        .array(
          z.object({
            sort: z.string(),
            issueOrLift: z.enum(['発令', '解除']),
            level: z.number().int(),
            areas: z
              .array(
                z.object({
                  code: z.string(),
                  name: z.string(),
                  kana: z.string().nullable(),
                  time: z.string(),
                  households: count,
                  persons: count,
                }),
              )
              .readonly(),
            totalHouseholds: count,
            totalPersons: count,
          }),
        )
        .readonly(),
      notes: z.array(z.string()).readonly(),
    }),
    /** Yahoo!防災速報. */
    portal: z.union([text, refused]),
    /** 災害対策基本法 60-4 and 60-5; null where the change needs none. */
    governorReport: z.string().nullable(),
    publicNotice: z.string().nullable(),
  })
  .meta({ id: 'OrderCopy', description: 'Prepared texts of a change of an order, for screens that this service does not reach.' });
export type OrderCopyDto = z.infer<typeof orderCopyDto>;
