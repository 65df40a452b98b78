import { ShieldAlert, ShieldCheck, ShieldHalf } from 'lucide-react';
import { Badge } from '../../ui/badge.tsx';
import type { Approval } from './queries.ts';
import { highestRiskOf, RISK_TONE } from './words.ts';

const ICONS = { low: ShieldCheck, medium: ShieldHalf, high: ShieldAlert } as const;

export function RiskBadge({ risk }: { risk: Approval['risk'] }) {
  const Icon = ICONS[risk];
  return (
    <Badge tone={RISK_TONE[risk]} icon={<Icon size={12} aria-hidden />}>
      {risk} risk
    </Badge>
  );
}

/** A plan may name a higher risk than the decision about it has. */
export function RiskNamed({ item }: { item: Pick<Approval, 'risk' | 'record'> }) {
  const named = highestRiskOf(item);
  return named === item.risk ? null : <span className="text-warn">the plan names a {named} risk</span>;
}
