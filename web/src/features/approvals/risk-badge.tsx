import { ShieldAlert, ShieldCheck, ShieldHalf } from 'lucide-react';
import { Badge } from '../../ui/badge.tsx';
import type { Approval } from './queries.ts';
import { RISK_TONE } from './words.ts';

const ICONS = { low: ShieldCheck, medium: ShieldHalf, high: ShieldAlert } as const;

export function RiskBadge({ risk }: { risk: Approval['risk'] }) {
  const Icon = ICONS[risk];
  return (
    <Badge tone={RISK_TONE[risk]} icon={<Icon size={12} aria-hidden />}>
      {risk} risk
    </Badge>
  );
}
