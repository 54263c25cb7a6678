package org.p2pvpn.overlay.discovery.lan;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.overlay.identity.NodeId;

/** Any bytes of the link's are a refusal, never an exception. */
final class BeaconFuzzTest {
  private static final Identity ALICE = Nodes.identity(1);
  private static final NodeId BOB = NodeId.ofPublicKey(Nodes.identity(2).signingKey());

  @FuzzTest(maxDuration = "30s")
  void anyBytesAreAnOutcome(byte[] input) {
    take(input);
    byte[] open = new byte[BeaconCodec.OPEN_BYTES];
    open[0] = BeaconCodec.TYPE;
    open[1] = BeaconCodec.VERSION;
    open[2] = Beacon.Form.TO_ALL.wireByte();
    System.arraycopy(
        input,
        0,
        open,
        BeaconCodec.BODY_AT,
        Math.min(input.length, open.length - BeaconCodec.BODY_AT));
    take(open);
  }

  private static void take(byte[] datagram) {
    BeaconCheck check = new BeaconCheck(BOB, null, 0);
    BeaconCheck.Result result =
        check.check(datagram, Nodes.ALICE_AT, List.of(Nodes.LINK), List.of(ALICE.signingKey()), 0);
    if (result instanceof BeaconCheck.Result.Heard) {
      throw new AssertionError("nobody signed this");
    }
  }
}
