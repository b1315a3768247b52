package dev.merapi.spi;

import java.util.Optional;

/// A kernel for people who look.
///
/// @param place in the model, of the first region that has it
/// @param name of its routine
/// @param routine what it computes, in the text form of the backend's kernel language
/// @param code what it was compiled to, if that is machine code
public record KernelText(String place, String name, String routine, Optional<MachineCode> code) {
  /// Machine code.
  ///
  /// @param processor what it was made for, its features beyond x86-64, such as `AVX2, FMA`
  /// @param instructions the bytes of the instructions
  /// @param constants the bytes that they read, which lie behind them
  public record MachineCode(String processor, byte[] instructions, byte[] constants) {
    public MachineCode {
      instructions = instructions.clone();
      constants = constants.clone();
    }

    /// A copy.
    @Override
    public byte[] instructions() {
      return instructions.clone();
    }

    /// A copy.
    @Override
    public byte[] constants() {
      return constants.clone();
    }
  }
}
