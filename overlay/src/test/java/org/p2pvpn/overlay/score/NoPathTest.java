package org.p2pvpn.overlay.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What the user reads when nothing fits. */
final class NoPathTest {
  private static final PathRequest ONE = PathRequest.of(1, Preset.BALANCED.weights());

  @Test
  void saysWhichConstraintRemovedHowManyAndWhatWouldHelp() {
    List<Candidate> nodes = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      nodes.add(Nodes.trusted(i, 0.8));
      nodes.set(i, Nodes.with(nodes.get(i), Nodes.inCountry(i, "NO").claims()));
    }
    for (int i = 10; i < 14; i++) {
      nodes.add(Nodes.inCountry(i, "DE"));
    }
    nodes.add(Nodes.trusted(14, 0.304));
    nodes.add(Nodes.roles(15, Role.RELAY));
    assertThat(text(nodes, ONE.withExitCountry("SE").withMinimumTrust(0.5)))
        .isEqualTo(
            "no exit for hop 1: --exit SE removed 14 of 15, --min-trust 0.5 removed 1 of 15;"
                + " try: --exit NO or --exit DE or --min-trust 0.30");
  }

  @Test
  void namesTheFewestThatMustFallTogether() {
    assertThat(
            text(
                List.of(Nodes.inCountry(1, "NO")), ONE.withExitCountry("SE").withMinimumTrust(0.9)))
        .isEqualTo(
            "no exit for hop 1: --exit SE removed 1 of 1;"
                + " try: drop --exit SE together with drop --min-trust");
  }

  @Test
  void anEmptyTableIsNoRiddle() {
    assertThat(text(List.of(), ONE))
        .isEqualTo(
            "no exit for hop 1: no other node offers it;"
                + " try: p2pvpn serve --exit on another machine");
  }

  @Test
  void tooFewNodesAreToldByTheHop() {
    assertThat(text(List.of(Nodes.node(1), Nodes.node(2)), ONE.withHops(3)))
        .isEqualTo("no middle for hop 2: already in the path removed 2 of 2; try: --hops 2");
  }

  @Test
  void aFullNetworkIsWaitedFor() {
    assertThat(text(List.of(Nodes.loaded(1, 0.95)), ONE))
        .isEqualTo(
            "no exit for hop 1: load of 90 % or more removed 1 of 1; try: again in a minute");
  }

  private static String text(List<Candidate> nodes, PathRequest request) {
    Choice choice =
        PathChooser.choose(Nodes.table(nodes), Guards.NONE, request, new SplittableRandom(1));
    assertThat(choice).isInstanceOf(NoPath.class);
    return ((NoPath) choice).text();
  }
}
