package org.p2pvpn.cli;

import java.util.concurrent.Callable;
import org.p2pvpn.overlay.node.Rehearsal;
import picocli.CommandLine.Command;

/** Run once by the build, under a JVM that records it; see the AOT cache in cli/pom.xml. */
@Command(name = "rehearse", hidden = true)
final class RehearseCommand implements Callable<Integer> {
  private final Cli cli;

  RehearseCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws Exception {
    int arrived = Rehearsal.run();
    cli.console().err().println("rehearsal: " + arrived + " packets arrived");
    return arrived > 0 ? Exit.OK : Exit.FAILURE;
  }
}
