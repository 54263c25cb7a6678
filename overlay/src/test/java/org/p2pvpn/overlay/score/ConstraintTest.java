package org.p2pvpn.overlay.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.score.Destination.Protocol;
import org.p2pvpn.overlay.score.ExitPolicySummary.Rule;

/** Each constraint alone, by two exits of which one breaks it. */
final class ConstraintTest {
  private static final PathRequest ONE = PathRequest.of(1, Preset.BALANCED.weights());
  private static final Candidate GOOD = Nodes.node(1);

  @Test
  void aRelayIsNoExit() {
    refuses(Nodes.roles(2, Role.RELAY), ONE, Constraint.ROLE);
  }

  @Test
  void theDenyListKeepsNodesOut() {
    refuses(Nodes.node(2), ONE.withDeny(NodeList.ofNodes(Set.of(Nodes.id(2)))), Constraint.DENIED);
    refuses(
        Nodes.inCountry(2, "NO"),
        ONE.withDeny(NodeList.ofCountries(Set.of("NO"))),
        Constraint.DENIED);
  }

  @Test
  void theAllowListKeepsTheOthersOut() {
    refuses(
        Nodes.node(2),
        ONE.withAllow(NodeList.ofNodes(Set.of(Nodes.id(1)))),
        Constraint.NOT_ALLOWED);
  }

  @Test
  void oneExitIsNoOther() {
    refuses(Nodes.node(2), ONE.withExitNode(Nodes.id(1)), Constraint.EXIT_NODE);
  }

  @Test
  void theExitStandsInTheCountry() {
    refuses(Nodes.inCountry(2, "NO"), ONE.withExitCountry("SE"), Constraint.COUNTRY);
  }

  @Test
  void aMeasuredCountryBeatsTheClaim() {
    Candidate liar = Nodes.with(Nodes.node(2), Nodes.measured().withPlace("NL", List.of()));
    assertThat(liar.countryOrigin()).isEqualTo(Origin.DERIVED);
    refuses(liar, ONE.withExitCountry("SE"), Constraint.COUNTRY);
  }

  @Test
  void anExitWithoutIpv6IsNotAskedForIpv6() {
    refuses(
        Nodes.withPolicy(2, new ExitPolicySummary(true, false, List.of())),
        ONE.withDestination(new Destination(true, true, null, Protocol.ANY, 0)),
        Constraint.ADDRESS_FAMILY);
  }

  @Test
  void thePolicyMustPermitTheDestination() {
    Rule mail = new Rule(false, IpPrefix.parse("0.0.0.0/0"), Protocol.TCP, 25, 25);
    Candidate noMail = Nodes.withPolicy(2, new ExitPolicySummary(true, true, List.of(mail)));
    Destination server = Destination.to(IpPrefix.parse("203.0.113.7"), Protocol.TCP, 25);
    refuses(noMail, ONE.withDestination(server), Constraint.EXIT_POLICY);
  }

  @Test
  void aLoadOfNinetyPercentIsTooMuch() {
    refuses(Nodes.loaded(2, 0.9), ONE, Constraint.LOAD);
  }

  @Test
  void whoSaidBusyIsLeftAlone() {
    refuses(
        Nodes.with(Nodes.node(2), Nodes.measured().withBusy(Nodes.NOW - 1)), ONE, Constraint.LOAD);
  }

  @Test
  void minimumTrustIsAskedOfStrangersToo() {
    refuses(Nodes.trusted(2, 0.39), ONE.withMinimumTrust(0.4), Constraint.TRUST);
    Candidate stranger =
        new Candidate(Nodes.id(2), Nodes.claims(2), Nodes.measured(), Figure.UNKNOWN);
    refuses(stranger, ONE.withMinimumTrust(0.4), Constraint.TRUST);
  }

  @Test
  void threeFailuresInARowAreARest() {
    Measurements failing = Nodes.measured();
    for (int i = 0; i < 3; i++) {
      failing = failing.withFailure(Nodes.NOW - 5);
    }
    refuses(Nodes.with(Nodes.node(2), failing), ONE, Constraint.UNREACHABLE);
    Candidate rested = Nodes.with(Nodes.node(2), failing);
    assertThat(rested.isUnreachable(Nodes.NOW + 25)).isFalse();
    assertThat(Nodes.with(rested, failing.withFailure(Nodes.NOW)).isUnreachable(Nodes.NOW + 59))
        .isTrue();
  }

  @Test
  void newcomersAreLeftOutOfTheEnds() {
    refuses(Nodes.newcomer(2), ONE, Constraint.NEWCOMER);
  }

  @Test
  void whereAllAreNewcomersTheyAreTaken() {
    NodeTable table = Nodes.table(Nodes.newcomer(1), Nodes.newcomer(2));
    assertThat(PathChooser.choose(table, Guards.NONE, ONE.withHops(2), new SplittableRandom(1)))
        .isInstanceOf(Choice.Chosen.class);
  }

  @Test
  void hopsShareNeitherBlockNorOperatorNorSystem() {
    Candidate exit = Nodes.ofOperator(1, "acme", 64_500);
    besides(exit, Nodes.ofOperator(2, "acme", 0), Constraint.SAME_OPERATOR);
    besides(exit, Nodes.ofOperator(2, "", 64_500), Constraint.SAME_AS);
    Candidate neighbour =
        Nodes.with(Nodes.node(2), Nodes.measured().withPlace("", List.of(Nodes.block(1))));
    besides(exit, neighbour, Constraint.SAME_PREFIX);
  }

  private static void besides(Candidate exit, Candidate guard, Constraint expected) {
    PathRequest request = ONE.withHops(2).withExitNode(exit.id());
    NodeTable table = Nodes.table(exit, guard);
    Choice choice = PathChooser.choose(table, Guards.NONE, request, new SplittableRandom(1));
    assertThat(choice).isInstanceOf(NoPath.class);
    assertThat(((NoPath) choice).removals())
        .extracting(NoPath.Removal::constraint)
        .contains(expected);
    assertThat(
            PathChooser.choose(
                table,
                Guards.NONE,
                request.withDiversity(PathRequest.Diversity.NODES),
                new SplittableRandom(1)))
        .isInstanceOf(Choice.Chosen.class);
  }

  private static void refuses(Candidate broken, PathRequest request, Constraint expected) {
    PathChooser.Explained explained =
        PathChooser.explain(
            Nodes.table(GOOD, broken), Guards.NONE, request, new SplittableRandom(1));
    Explanation.Hop hop = explained.explanation().hops().getFirst();
    assertThat(hop.drawn()).isEqualTo(GOOD.id());
    assertThat(hop.refusals())
        .extracting(Explanation.Refusal::node, Explanation.Refusal::constraint)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(broken.id(), expected));
  }
}
