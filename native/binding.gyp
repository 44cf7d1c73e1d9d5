# One addon for the engine and the memory. Code for a particular instruction set lives in its own static library with
# its own flags; everything else is compiled for the plain architecture, so that one binary runs on every processor and
# chooses at run time (engine/dispatch.cc).
{
  'variables': {
    # Every such processor can fetch a line to write it (prfchw); without it the compiler fetches it to read.
    'avx512_flags': ['-mavx512f', '-mavx512bw', '-mavx512dq', '-mavx512vl', '-mfma', '-mprfchw'],
    'bf16_flags': ['-mavx512bf16', '-mavx512vnni'],
    # GCC 12 sees uninitialised variables in its own AVX-512 header.
    'header_warnings': ['-Wno-uninitialized', '-Wno-maybe-uninitialized'],
    'has_newer%': '<!(node has-newer.mjs)',
  },
  'target_defaults': {
    'cflags!': ['-O2'],
    'cflags': ['-O3', '-Wall', '-Wextra', '-Wno-unused-parameter', '-Wno-cast-function-type', '-ffp-contract=off'],
    'cflags_cc!': ['-fno-exceptions', '-fno-rtti', '-std=gnu++20', '-std=gnu++17'],
    'cflags_cc': ['-std=c++17', '-fexceptions', '-fvisibility=hidden'],
    'xcode_settings': {
      'CLANG_CXX_LANGUAGE_STANDARD': 'c++17',
      'GCC_ENABLE_CPP_EXCEPTIONS': 'YES',
      'GCC_OPTIMIZATION_LEVEL': '3',
      'GCC_SYMBOLS_PRIVATE_EXTERN': 'YES',
      'MACOSX_DEPLOYMENT_TARGET': '11.0',
      'OTHER_CFLAGS': ['-ffp-contract=off'],
    },
    'msvs_settings': {
      'VCCLCompilerTool': {
        'ExceptionHandling': 1,
        'Optimization': 2,
        'AdditionalOptions': ['/std:c++17', '/fp:precise', '/Zc:__cplusplus'],
      },
    },
    'defines': ['NAPI_VERSION=8', 'NODE_ADDON_API_DISABLE_DEPRECATED', 'NOMINMAX'],
    'conditions': [
      ['target_arch=="x64"', {'defines': ['UNDERSTUDY_X64']}],
      ['target_arch=="arm64"', {'defines': ['UNDERSTUDY_ARM64']}],
      ['has_newer==1', {'defines': ['UNDERSTUDY_NEWER']}],
    ],
  },
  'conditions': [
    ['target_arch=="x64"', {
      'targets': [
        {
          'target_name': 'avx2',
          'type': 'static_library',
          'sources': ['kernels/isa_avx2.cc'],
          'cflags': ['-mavx2', '-mfma'],
          'xcode_settings': {'OTHER_CFLAGS': ['-mavx2', '-mfma']},
          'msvs_settings': {'VCCLCompilerTool': {'AdditionalOptions': ['/arch:AVX2']}},
        },
        {
          'target_name': 'avx512',
          'type': 'static_library',
          'sources': ['kernels/isa_avx512.cc'],
          'cflags': ['<@(avx512_flags)', '<@(header_warnings)'],
          'xcode_settings': {'OTHER_CFLAGS': ['<@(avx512_flags)']},
          'msvs_settings': {'VCCLCompilerTool': {'AdditionalOptions': ['/arch:AVX512']}},
        },
      ],
    }],
    ['has_newer==1 and target_arch=="x64"', {
      'targets': [
        {
          'target_name': 'avxvnni',
          'type': 'static_library',
          'sources': ['kernels/isa_avxvnni.cc'],
          'cflags': ['-mavx2', '-mfma', '-mavxvnni'],
        },
        {
          'target_name': 'avx512vnni',
          'type': 'static_library',
          'sources': ['kernels/isa_avx512vnni.cc'],
          'cflags': ['<@(avx512_flags)', '-mavx512vnni', '<@(header_warnings)'],
        },
        {
          'target_name': 'avx512bf16',
          'type': 'static_library',
          'sources': ['kernels/isa_avx512bf16.cc'],
          'cflags': ['<@(avx512_flags)', '<@(bf16_flags)', '<@(header_warnings)'],
        },
        {
          'target_name': 'amx',
          'type': 'static_library',
          'sources': ['kernels/isa_amx.cc'],
          'cflags': ['<@(avx512_flags)', '<@(bf16_flags)', '-mamx-tile', '-mamx-bf16', '-mamx-int8', '<@(header_warnings)'],
        },
      ],
    }],
    ['has_newer==1 and target_arch=="arm64"', {
      'targets': [
        {
          'target_name': 'neondot',
          'type': 'static_library',
          'sources': ['kernels/isa_neon_dot.cc'],
          'cflags': ['-march=armv8.2-a+dotprod'],
          'xcode_settings': {'OTHER_CFLAGS': ['-march=armv8.2-a+dotprod']},
        },
      ],
    }],
  ],
  'targets': [
    {
      'target_name': 'understudy',
      'sources': [
        'addon.cc',
        'engine_addon.cc',
        'engine/backward.cc',
        'engine/ceiling.cc',
        'engine/cpu.cc',
        'engine/dispatch.cc',
        'engine/forward.cc',
        'engine/predictor.cc',
        'engine/quantised.cc',
        'engine/reader.cc',
        'engine/self_check.cc',
        'engine/teams.cc',
        'engine/threads.cc',
        'engine/trainer.cc',
        'engine/weight_gradients.cc',
        'engine/weights.cc',
        'kernels/isa_plain.cc',
        '<!@(node memory-sources.mjs)',
      ],
      'include_dirs': ['<!(node -p "require(\'node-addon-api\').include_dir")'],
      'conditions': [
        ['target_arch=="x64"', {'dependencies': ['avx2', 'avx512']}],
        ['has_newer==1 and target_arch=="x64"', {'dependencies': ['avxvnni', 'avx512vnni', 'avx512bf16', 'amx']}],
        ['has_newer==1 and target_arch=="arm64"', {'dependencies': ['neondot']}],
        ['target_arch=="arm64"', {'sources': ['kernels/isa_neon.cc']}],
      ],
    },
  ],
}
