package org.p2pvpn.cli.underlay;

import java.util.Map;

/**
 * One direction between two hosts so far.
 *
 * @param sentPackets that the sender's device gave for the other host, whatever became of them
 * @param deliveredPackets that the other host's device took; copies count
 * @param duplicated copies made
 * @param heldBack that others may have overtaken
 * @param drops by reason; what is not named is 0
 */
public record LinkCounters(
    long sentPackets,
    long sentBytes,
    long deliveredPackets,
    long deliveredBytes,
    long duplicated,
    long heldBack,
    Map<Verdict, Long> drops) {
  public long drops(Verdict reason) {
    return drops.getOrDefault(reason, 0L);
  }

  public long dropped() {
    return drops.values().stream().mapToLong(Long::longValue).sum();
  }
}
