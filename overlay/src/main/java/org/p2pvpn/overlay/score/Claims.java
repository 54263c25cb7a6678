package org.p2pvpn.overlay.score;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a node says of itself, from its verified advert. Verified means that the node said it, not
 * that it is so.
 *
 * @param country two capital letters, or empty
 * @param region free text, or empty
 * @param operator who runs it, or empty; those of one operator are never in one path
 * @param autonomousSystem or 0
 * @param uplinkBitsPerSecond or 0
 * @param load share of its limits in use, in [0,1], or NaN
 * @param neighbourhoods of its endpoints, {@link IpPrefix#neighbourhood}
 * @param sinceEpochSecond when it says it began to serve, or 0
 */
public record Claims(
    Set<Role> roles,
    String country,
    String region,
    String operator,
    int autonomousSystem,
    long uplinkBitsPerSecond,
    ExitPolicySummary exitPolicy,
    double load,
    @Nullable Coordinate coordinate,
    List<IpPrefix> neighbourhoods,
    long sinceEpochSecond) {
  public static final Claims NOTHING =
      new Claims(
          Set.of(), "", "", "", 0, 0, ExitPolicySummary.NOTHING, Double.NaN, null, List.of(), 0);

  public Claims {
    roles = Set.copyOf(roles);
    neighbourhoods = List.copyOf(neighbourhoods);
  }
}
