package org.p2pvpn.overlay.discovery.advert;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.identity.NodeId;

final class SequenceFloorsTest {
  private static NodeId id(int number) {
    return NodeId.ofBytes(ByteBuffer.allocate(NodeId.BYTES).putInt(number).array());
  }

  @Test
  void neverGoesDown() {
    SequenceFloors floors = new SequenceFloors();
    assertThat(floors.of(id(1))).isEqualTo(-1);
    floors.raise(id(1), 5, 100);
    floors.raise(id(1), 3, 50);
    assertThat(floors.of(id(1))).isEqualTo(5);
  }

  @Test
  void atTheLimitForgetsOnlyThoseWhoseAdvertsHaveRunOut() {
    SequenceFloors floors = new SequenceFloors();
    for (int i = 0; i < SequenceFloors.FLOORS_MAX; i++) {
      floors.raise(id(i), 7, i == 0 ? 100 : 200);
    }
    assertThat(floors.hasRoomFor(id(-1), 99)).isFalse();
    assertThat(floors.hasRoomFor(id(5), 99)).as("known").isTrue();
    assertThat(floors.of(id(0))).isEqualTo(7);
    assertThat(floors.hasRoomFor(id(-1), 100)).isTrue();
    assertThat(floors.of(id(0))).isEqualTo(-1);
    assertThat(floors.of(id(1))).isEqualTo(7);
  }
}
