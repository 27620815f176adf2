package dev.penstock.engine;

import dev.penstock.av.Frame;
import java.util.List;

/** Hands frames to every stage that works on them; they share the picture. */
record Tee(List<Link<Frame>> links) {
  Tee {
    links = List.copyOf(links);
  }

  /** Takes the frame over. */
  void send(Frame frame) {
    try (frame) {
      for (Link<Frame> link : links) {
        link.send(frame.share());
      }
    }
  }

  void end() {
    links.forEach(Link::end);
  }
}
