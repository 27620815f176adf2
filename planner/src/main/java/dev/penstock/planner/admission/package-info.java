/**
 * Whether work may begin now, and if not, why. Pure: moments are parameters, readings are facts.
 *
 * <pre>
 *   Plan ─► CostModel ─► Demand ─┐
 *   Ledger (leases) ─────────────┼─► Admission.decide ─► Admitted(placement, leases), and the next Ledger
 *   Fleet (GPUs, readings) ──────┤                       Wait(reasons) | Rejected(reasons)
 *   Policy ──────────────────────┘
 * </pre>
 *
 * <p>A check and the reservation it allows are one step from one {@link
 * dev.penstock.planner.admission.Ledger} to the next; {@link dev.penstock.planner.admission.Desk}
 * has the present one and lets one caller in at a time. So no burst of requests is given more than
 * there is.
 *
 * <p>What is in use of something, in a {@link dev.penstock.planner.admission.Headroom}:
 *
 * <pre>
 *   others = what was read − what our confirmed leases are of it
 *   in use = others + all leases, each at what was set aside or, if more, at what was seen
 * </pre>
 *
 * <p>So a lease counts in full before the reading shows it, and once after. What could not be read
 * is not 0: where it never can be, leases alone fill a part of the limit; where it could be
 * yesterday, nothing new begins.
 */
@NullMarked
package dev.penstock.planner.admission;

import org.jspecify.annotations.NullMarked;
