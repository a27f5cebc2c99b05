import { defineProblem, notFound } from '../../platform/errors/index.js';
import type { Promotion } from './promotion.js';

export const promotionDecided = defineProblem('promotion-decided', {
  status: 409,
  title: 'The promotion is no longer pending',
});
export const selfApproval = defineProblem('self-approval', {
  status: 403,
  title: 'A promotion is not approved by who asked for it or wrote one of its versions',
});

export const tooManyPromotions = defineProblem('too-many-promotions', {
  status: 409,
  title: 'Too many promotions of the label are pending',
});

export const noLongerPending = ({ status }: Promotion) =>
  promotionDecided(`The promotion is ${status}: ask for a new one.`, {
    // `status` is the problem's own.
    members: { promotionStatus: status },
  });

export const noSuchPromotion = () =>
  notFound('The project has no promotion of this id that you may see.');
