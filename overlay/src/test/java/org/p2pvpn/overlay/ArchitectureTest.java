package org.p2pvpn.overlay;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Who may know whom: the floors of the overlay, downward only. A new package needs a floor. */
@AnalyzeClasses(
    packages = "org.p2pvpn.overlay",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String ROOT = "org.p2pvpn.overlay.";

  /** From the ground up. Packages on one floor do not know each other either. */
  private static final List<List<String>> FLOORS =
      List.of(
          List.of("identity", "packet"),
          List.of("wire", "transport", "telemetry"),
          List.of("session", "exit"),
          List.of("circuit"),
          List.of("route"),
          List.of("dataplane", "discovery", "score", "ledger", "host", "names"),
          List.of("control"),
          List.of("admin"),
          List.of("node"));

  private static final Map<String, Integer> FLOOR_OF = floorOf();

  @ArchTest
  static final ArchRule packagesKnowOnlyTheFloorsBelow = classes().should(standOnLowerFloors());

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching(ROOT + "(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule thePacketsWayDoesNotKnowWhoDecides =
      noClasses()
          .that()
          .resideInAnyPackage(
              "..overlay.dataplane..",
              "..overlay.session..",
              "..overlay.route..",
              "..overlay.transport..",
              "..overlay.wire..",
              "..overlay.packet..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  "..overlay.control..",
                  "..overlay.host..",
                  "..overlay.exit..",
                  "..overlay.admin..",
                  "..overlay.node..",
                  "..overlay.discovery..",
                  "..overlay.score..",
                  "..overlay.ledger.."));

  @ArchTest
  static final ArchRule thePacketsWayStartsNoProcessAndTouchesNoFile =
      noClasses()
          .that()
          .resideInAnyPackage(
              "..overlay.dataplane..",
              "..overlay.session..",
              "..overlay.route..",
              "..overlay.transport..",
              "..overlay.wire..",
              "..overlay.packet..")
          .should()
          .dependOnClassesThat()
          .haveNameMatching("java\\.lang\\.Process.*|java\\.nio\\.file\\..*|java\\.io\\.File.*");

  /**
   * Control speaks of addresses and bytes. The local socket is admitted, since the JDK's own Unix
   * sockets do not tell the peer's credentials.
   */
  @ArchTest
  static final ArchRule onlySocketsKnowNetty =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "..overlay.dataplane..",
              "..overlay.transport..",
              "..overlay.admin..",
              "..overlay.names..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.netty..");

  /** It costs as much as the rest of a start, and may be replaced. */
  @ArchTest
  static final ArchRule onlyTheLedgerKnowsChronicle =
      noClasses()
          .that()
          .resideOutsideOfPackage("..overlay.ledger..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("net.openhft..");

  /** So that handshake and timers can be tested in virtual time. */
  @ArchTest
  static final ArchRule protocolLogicReadsNoClock =
      noClasses()
          .that()
          .resideInAnyPackage(
              "..overlay.packet..",
              "..overlay.wire..",
              "..overlay.session..",
              "..overlay.route..",
              "..overlay.identity..",
              "..overlay.exit..",
              "..overlay.score..")
          .should()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis");

  private static Map<String, Integer> floorOf() {
    Map<String, Integer> floors = new TreeMap<>();
    for (int floor = 0; floor < FLOORS.size(); floor++) {
      for (String name : FLOORS.get(floor)) {
        floors.put(name, floor);
      }
    }
    return floors;
  }

  private static ArchCondition<JavaClass> standOnLowerFloors() {
    return new ArchCondition<>("know only packages of lower floors") {
      @Override
      public void check(JavaClass item, ConditionEvents events) {
        String own = topPackage(item);
        if (own.isEmpty()) {
          return;
        }
        if (!FLOOR_OF.containsKey(own)) {
          events.add(SimpleConditionEvent.violated(item, own + " has no floor yet"));
          return;
        }
        item.getDirectDependenciesFromSelf().stream()
            .filter(dependency -> isTooHigh(own, topPackage(dependency.getTargetClass())))
            .forEach(
                dependency ->
                    events.add(SimpleConditionEvent.violated(item, dependency.getDescription())));
      }
    };
  }

  private static boolean isTooHigh(String own, String other) {
    return !other.isEmpty()
        && !other.equals(own)
        && FLOOR_OF.getOrDefault(other, FLOORS.size()) >= FLOOR_OF.getOrDefault(own, -1);
  }

  /** {@code node} of org.p2pvpn.overlay.node.config; empty for what is not the overlay's. */
  private static String topPackage(JavaClass type) {
    String name = type.getPackageName();
    return name.startsWith(ROOT) ? name.substring(ROOT.length()).split("\\.", -1)[0] : "";
  }
}
