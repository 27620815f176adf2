package dev.penstock.engine;

import java.io.IOException;
import java.nio.file.Path;

/** Where lanes put what they make of pieces. Safe from any thread; a piece is of one at a time. */
interface Shelf {
  /** Whether a piece need not be made. */
  boolean has(Piece piece);

  /** Where a piece lies that need not be made. */
  Path kept(Piece piece);

  /** What errors of writing a piece name. */
  Path path(Piece piece);

  /** Begins a piece anew: nothing of what was written of it before is in it. */
  Place place(Piece piece) throws IOException;

  /** Of one piece, until it is closed. */
  interface Place extends AutoCloseable {
    Destination destination();

    /** All of the piece is written, by this pipeline. */
    void finish(Pipeline by) throws IOException;

    /** Somebody who hangs may still write: it is left as it is. */
    void abandon();

    @Override
    void close() throws IOException;
  }
}
